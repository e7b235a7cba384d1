"""The service's own error texts.

Most were recorded. Those marked "not recorded" are worded here: the service refuses such a
request too, but no recording shows with which words.
"""

from __future__ import annotations

AUTHENTICATION = (
    "The server failed to authenticate the request. "
    "Verify that the certificate is valid and is associated with this subscription."
)
VERSION = "The versioning header is not specified or was specified incorrectly."
INVALID_XML = "The request body's XML was invalid or not correctly specified."
PARAMETER = "A parameter was incorrect"
INTERNAL = "The server encountered an internal error. Please retry the request."
TOO_SLOW = "The request body did not arrive in time."  # not recorded
UNREADABLE = "The request body could not be read."  # not recorded
TOO_LARGE = "The request body is too large."  # not recorded
THROTTLED = "Too many requests received. Retry after some time."
NO_SUCH_PATH = "The specified resource does not exist."  # not recorded
VERB = "The HTTP verb is not valid for this resource."  # not recorded
NO_OPERATION = "The operation request ID was not found."  # not recorded
QUERY = "A required query parameter is missing or invalid."  # not recorded

SERVICE_NAME = "The hosted service name is invalid."
SERVICE_MISSING = "The hosted service does not exist."
SERVICE_TAKEN = "The specified DNS name is already taken."
SERVICE_EXISTS = "A hosted service with the specified name already exists."
SERVICE_BUSY = (
    "Windows Azure is currently performing an operation on this hosted service "
    "that requires exclusive access."
)
SERVICE_IN_USE = (  # not recorded
    "The hosted service cannot be deleted because it still has deployments. "
    "Delete the deployments first."
)
LOCATION_OR_GROUP = (  # not recorded
    "Exactly one of Location and AffinityGroup must be specified in the request."
)
GROUP_MISSING = "The affinity group does not exist."
GROUP_NAME = "The affinity group name is invalid."
GROUP_EXISTS = "An affinity group named '{name}' already exists."  # not recorded
GROUP_IN_USE = (  # not recorded
    "The affinity group '{name}' cannot be deleted because it is not empty. Delete the hosted "
    "services, storage accounts and virtual networks in it first."
)
NETWORK_MISSING = "The virtual network {name} does not exist."
QUOTA = (  # not recorded, but reported by users of the service
    "The subscription policy limit for resource type '{kind}' was exceeded. The limit for "
    "resource type '{kind}' is {limit} per {owner}, the current count is {current}, and the "
    "requested increment is {more}."
)
EXTENSION_MISSING = (  # not recorded
    "The extension {name} of publisher {publisher} does not exist."
)

EXTENSION_VERSION_MISSING = (  # not recorded
    "The extension {name} of publisher {publisher} has no version {version}."
)
SERVICE_EXTENSION_MISSING = (  # not recorded
    "The extension {name} must be added to the hosted service before a deployment can have it."
)
NO_DEPLOYMENTS = "No deployments were found."
DEPLOYMENT_BUSY = (
    "Windows Azure is currently performing an operation with x-ms-requestid {request_id} "
    "on this deployment that requires exclusive access."
)
PORT_IN_USE = (
    "Port {port} is already in use by one of the endpoints in this deployment. "
    "Ensure that the port numbers are unique across endpoints within a deployment."
)
DEPLOYMENT_MISSING = "The deployment name '{name}' does not exist."
DEPLOYMENT_EXISTS = "The deployment name '{name}' already exists."  # not recorded
SLOT_OCCUPIED = "The specified deployment slot {slot} is occupied."  # not recorded
SWAP_SLOTS = (  # not recorded
    "The deployments to swap must be the ones in the production and the staging slot."
)
NOT_FOR_MACHINES = (  # not recorded
    "The operation is not supported on a deployment of persistent virtual machines."
)
NO_ROLLBACK = (  # not recorded
    "There is no update or upgrade in progress that can be rolled back."
)
NO_MANUAL_UPDATE = (  # not recorded
    "There is no update or upgrade in manual mode in progress on this deployment."
)
WRONG_DOMAIN = (  # not recorded
    "The upgrade domain {given} cannot be walked now. The next one is {next}."
)
INSTANCE_MISSING = "The role instance {name} does not exist."  # not recorded
INSTANCE_STOPPED = "The role instance {name} is not running."  # not recorded
LAST_INSTANCE = (  # not recorded
    "The role {name} must keep at least one instance. Delete the deployment instead."
)
ROLE_MISSING = "Role {name} was not found in the currently deployed service."

ROLE_EXISTS = "A role named {name} already exists in the deployment {deployment}."  # not recorded
ROLE_LAST = (
    "Role {name} is the only role present in the deployment and so cannot be removed. Please "
    "delete the deployment or add another role before removing this role."
)
ROLE_RUNS = (  # not recorded
    "Role {name} must be stopped before it can be captured."
)
NO_MACHINES = (  # not recorded
    "The deployment {name} is not made of virtual machines."
)
LUN_IN_USE = (  # not recorded
    "A disk with logical unit number {lun} is already attached to the virtual machine {role}."
)
LUN_EMPTY = (  # not recorded
    "No disk with logical unit number {lun} is attached to the virtual machine {role}."
)
TOO_MANY_DISKS = (  # not recorded
    "The maximum number of data disks allowed to be attached to a virtual machine of size {size} "
    "is {most}."
)
DNS_MISSING = "The DNS server {name} was not found in the deployment."  # not recorded
DNS_EXISTS = "A DNS server named {name} already exists in the deployment."  # not recorded

IMAGE_MISSING = "The image with the specified name does not exist."
IMAGE_EXISTS = "The image with the specified name already exists."  # not recorded
IMAGE_BUSY = (  # not recorded
    "An operation on the image {name} is in progress. Please retry later."
)
IMAGE_NOT_REPLICATED = (  # not recorded
    "The image {name} must be replicated before it can be shared."
)
IMAGE_PUBLIC = "The image {name} is a platform image and cannot be changed."  # not recorded
DISK_MISSING = "The disk with the specified name does not exist."  # not recorded
DISK_EXISTS = "A disk with name {name} already exists."  # not recorded
DISK_ATTACHED = (  # not recorded
    "A disk with name {name} is currently in use by virtual machine {role} running within "
    "hosted service {service}, deployment {deployment}."
)
MEDIA_IN_USE = (
    "The media link {link} is already in use by the disk or image {name}."  # not recorded
)
MEDIA_ELSEWHERE = (  # not recorded
    "The media link {link} is in {place}, but the virtual machine is in {region}."
)
DISK_ELSEWHERE = (  # not recorded
    "The disk {name} is in {place}, but the virtual machine is in {region}."
)

CERTIFICATE_MISSING = "The certificate was not found."
CERTIFICATE_INVALID = "The certificate data is not valid."  # not recorded
CERTIFICATE_UNREADABLE = (  # not recorded
    "The certificate could not be read: the file is not valid, or the password is not correct."
)
CERTIFICATE_WEAK = (  # not recorded
    "A management certificate must have an RSA key of at least 2048 bits."
)
CERTIFICATE_EXISTS = "The certificate {thumbprint} already exists."  # not recorded

# Of reserved addresses, no refusal was recorded.
ADDRESS_MISSING = "The reserved IP '{name}' does not exist."
ADDRESS_EXISTS = "A reserved IP with the name '{name}' already exists."
ADDRESS_BUSY = "An operation on the reserved IP '{name}' is in progress. Please retry later."
ADDRESS_IN_USE = (
    "The reserved IP '{name}' is in use by deployment {deployment} of hosted service {service}."
)
ADDRESS_ELSEWHERE = (
    "The reserved IP '{name}' is in another location than the hosted service {service}."
)
ADDRESS_GIVEN = "The deployment {deployment} has the reserved IP '{name}' already."
ADDRESS_NOT_GIVEN = "The deployment {deployment} does not have the reserved IP '{name}'."

STORAGE_NAME = (
    "The name is not a valid storage account name. Storage account names must be between 3 and "
    "24 characters in length and use numbers and lower-case letters only."
)
STORAGE_MISSING = "The storage account '{name}' was not found."
STORAGE_MISSING_FOR = "The requested storage account '{name}' was not found."
STORAGE_TAKEN = "The storage account named '{name}' is already taken."
STORAGE_EXISTS = "A storage account named '{name}' already exists in the subscription."
STORAGE_BUSY = (
    "Windows Azure is currently performing an operation on this storage account "
    "that requires exclusive access."
)
STORAGE_IN_USE = (  # not recorded
    "Storage account {name} has some active image(s) and/or disk(s), e.g. {example}. Ensure these "
    "image(s) and/or disk(s) are removed before deleting this storage account."
)
