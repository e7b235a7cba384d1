"""What a virtual machine is told at its first start."""

from __future__ import annotations

from dataclasses import field
from typing import Annotated, ClassVar

from aiosm.xml import Itself, Model, model, wire

__all__ = [
    "SSH",
    "AdditionalUnattendContent",
    "CertificateSetting",
    "ComponentSetting",
    "ComponentSettings",
    "Components",
    "Credentials",
    "DomainJoin",
    "KeyPair",
    "KeyPairs",
    "LinuxConfigurationSet",
    "Listener",
    "Listeners",
    "Passes",
    "PublicKey",
    "PublicKeys",
    "StoredCertificateSettings",
    "UnattendComponent",
    "UnattendPass",
    "WinRM",
    "WindowsConfigurationSet",
]


@model
class PublicKey(Model):
    """An SSH public key to put on the machine.

    Attributes:
        fingerprint: SHA-1 thumbprint of a service certificate that holds the key.
        path: File on the machine, such as ``/home/me/.ssh/authorized_keys``.
    """

    fingerprint: str = ""
    path: str = ""


class PublicKeys(list[PublicKey]):
    """Public keys; the old SDK's attribute of the same name answers too."""

    __slots__ = ()

    public_keys = Itself()


@model
class KeyPair(Model):
    """An SSH key pair to put on the machine.

    Attributes:
        fingerprint: SHA-1 thumbprint of a service certificate that holds the pair.
        path: File on the machine, such as ``/home/me/.ssh/id_rsa``.
    """

    fingerprint: str = ""
    path: str = ""


class KeyPairs(list[KeyPair]):
    """Key pairs; the old SDK's attribute of the same name answers too."""

    __slots__ = ()

    key_pairs = Itself()


@model
class SSH(Model):
    """SSH keys of a Linux machine.

    Attributes:
        public_keys: Keys that may log in.
        key_pairs: Key pairs for the machine itself.
    """

    public_keys: Annotated[PublicKeys, wire(keep_empty=True)] = field(default_factory=PublicKeys)
    key_pairs: Annotated[KeyPairs, wire(keep_empty=True)] = field(default_factory=KeyPairs)


@model
class LinuxConfigurationSet(Model):
    """First start of a Linux machine.

    Attributes:
        host_name: Host name, 1 to 64 ASCII characters.
        user_name: Name of the first user, 1 to 32 ASCII characters.
        user_password: Password of the first user, 6 to 72 ASCII characters.
        disable_ssh_password_authentication: Only SSH keys may log in.
        custom_data: Text put on the machine; sent as base64.
        ssh: SSH keys.
        configuration_set_type: Always ``LinuxProvisioningConfiguration``.
    """

    configuration_set_type: str = field(default="LinuxProvisioningConfiguration", kw_only=True)
    host_name: str | None = None
    user_name: str | None = None
    user_password: Annotated[str | None, wire(secret=True)] = None
    disable_ssh_password_authentication: bool | None = None
    ssh: Annotated[SSH | None, wire("SSH")] = field(default_factory=SSH, kw_only=True)
    custom_data: Annotated[str | None, wire(base64=True, secret=True)] = None


@model
class Credentials(Model):
    """An account that may join machines to a domain.

    Attributes:
        domain: Domain of the account.
        username: Name of the account.
        password: Its password.
    """

    domain: str | None = ""
    username: str | None = ""
    password: Annotated[str | None, wire(secret=True)] = ""


@model
class DomainJoin(Model):
    """The Active Directory domain a Windows machine joins.

    Attributes:
        credentials: Account that may join the domain.
        join_domain: Name of the domain.
        machine_object_ou: Organisational unit to put the machine in, as a distinguished name.
    """

    credentials: Credentials | None = field(default_factory=Credentials)
    join_domain: str | None = ""
    machine_object_ou: Annotated[str | None, wire("MachineObjectOU")] = ""


@model
class CertificateSetting(Model):
    """A service certificate to install on the machine.

    Attributes:
        thumbprint: SHA-1 thumbprint of a service certificate.
        store_name: Certificate store on the machine.
        store_location: ``LocalMachine``, the only value allowed.
    """

    wire_order: ClassVar[tuple[str, ...]] = ("store_location", "store_name", "thumbprint")

    thumbprint: str = ""
    store_name: str = ""
    store_location: str = ""


class StoredCertificateSettings(list[CertificateSetting]):
    """Certificates; the old SDK's attribute of the same name answers too."""

    __slots__ = ()

    stored_certificate_settings = Itself()


@model
class Listener(Model):
    """A Windows Remote Management listener.

    Attributes:
        protocol: ``Http`` or ``Https``.
        certificate_thumbprint: Service certificate for ``Https``; self-signed if empty.
    """

    wire_order: ClassVar[tuple[str, ...]] = ("certificate_thumbprint", "protocol")

    protocol: str = ""
    certificate_thumbprint: str = ""


class Listeners(list[Listener]):
    """Listeners; the old SDK's attribute of the same name answers too."""

    __slots__ = ()

    listeners = Itself()


@model
class WinRM(Model):
    """Windows Remote Management.

    Attributes:
        listeners: The listeners.
    """

    listeners: Annotated[Listeners, wire(keep_empty=True)] = field(default_factory=Listeners)


@model
class ComponentSetting(Model):
    """One setting of an unattend component.

    Attributes:
        setting_name: Name of the setting.
        content: XML with a root element, less than 4 KB; it is sent as base64.
    """

    setting_name: str = ""
    content: Annotated[str, wire(base64=True, secret=True)] = ""


class ComponentSettings(list[ComponentSetting]):
    """Settings; the old SDK's attribute of the same name answers too."""

    __slots__ = ()

    component_settings = Itself()


@model
class UnattendComponent(Model):
    """A component of an unattend pass.

    Attributes:
        component_name: Name of the component, such as ``Microsoft-Windows-Shell-Setup``.
        component_settings: Its settings.
    """

    component_name: str = ""
    component_settings: ComponentSettings = field(default_factory=ComponentSettings)


class Components(list[UnattendComponent]):
    """Components; the old SDK's attribute of the same name answers too."""

    __slots__ = ()

    components = Itself()


@model
class UnattendPass(Model):
    """A pass of Windows' unattended set-up.

    Attributes:
        pass_name: Name of the pass, such as ``oobeSystem``.
        components: Its components.
    """

    pass_name: str = ""
    components: Components = field(default_factory=Components)


class Passes(list[UnattendPass]):
    """Passes; the old SDK's attribute of the same name answers too."""

    __slots__ = ()

    passes = Itself()


@model
class AdditionalUnattendContent(Model):
    """Further content of Windows' answer file.

    Attributes:
        passes: The passes of the set-up.
    """

    passes: Passes = field(default_factory=Passes)


@model
class WindowsConfigurationSet(Model):
    """First start of a Windows machine.

    Attributes:
        computer_name: Computer name, 1 to 15 ASCII characters; None lets the service make one up.
        admin_password: Password of the administrator.
        reset_password_on_first_logon: The password must be changed at the first logon.
        enable_automatic_updates: Windows updates itself.
        time_zone: Windows' name of the time zone.
        admin_username: Name of the administrator.
        custom_data: Text put on the machine; sent as base64.
        domain_join: Domain to join; None leaves it out.
        stored_certificate_settings: Certificates to install; None leaves it out.
        win_rm: Remote management; None leaves it out.
        additional_unattend_content: Further content of the answer file.
        configuration_set_type: Always ``WindowsProvisioningConfiguration``.
    """

    # The service drops what comes out of order: the content precedes the custom data.
    wire_order: ClassVar[tuple[str, ...]] = (
        "configuration_set_type",
        "computer_name",
        "admin_password",
        "reset_password_on_first_logon",
        "enable_automatic_updates",
        "time_zone",
        "domain_join",
        "stored_certificate_settings",
        "win_rm",
        "admin_username",
        "additional_unattend_content",
        "custom_data",
    )

    configuration_set_type: str = field(default="WindowsProvisioningConfiguration", kw_only=True)
    computer_name: str | None = None
    admin_password: Annotated[str | None, wire(secret=True)] = None
    reset_password_on_first_logon: bool | None = None
    enable_automatic_updates: bool | None = None
    time_zone: str | None = None
    domain_join: DomainJoin | None = field(default_factory=DomainJoin, kw_only=True)
    stored_certificate_settings: Annotated[
        StoredCertificateSettings | None, wire(keep_empty=True)
    ] = field(default_factory=StoredCertificateSettings, kw_only=True)
    win_rm: Annotated[WinRM | None, wire("WinRM")] = field(default_factory=WinRM, kw_only=True)
    admin_username: str | None = None
    custom_data: Annotated[str | None, wire(base64=True, secret=True)] = None
    additional_unattend_content: Annotated[
        AdditionalUnattendContent | None, wire(omit_blank=True)
    ] = field(default_factory=AdditionalUnattendContent, kw_only=True)
