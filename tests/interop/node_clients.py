"""Runs the scripts that drive the Node clients, where Node and the packages are there."""

import base64
import functools
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from aiosm import certificates

SCRIPTS = Path(__file__).parent / "node"
# Told by their own programs where they are, so that an installation anywhere serves.
_VERSIONS = """
const wanted = require('./package.json').dependencies;
for (const name of Object.keys(wanted)) {
  const found = require(`${name}/package.json`).version;
  if (found !== wanted[name]) throw new Error(`${name} is ${found}, not ${wanted[name]}`);
}
"""


@functools.cache
def missing():
    """What stands in the way of running the scripts, or nothing."""
    if shutil.which("node") is None:
        return "there is no node"

    done = subprocess.run(
        ["node", "-e", _VERSIONS], cwd=SCRIPTS, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
        return f"run npm ci in tests/interop/node, or set NODE_PATH ({said[0]})"

    return ""


def certificate(folder):
    """A certificate that nobody knows yet, as the scripts take it."""
    certificates.create(folder / "new.pem", folder / "new.cer")
    made = x509.load_pem_x509_certificate((folder / "new.pem").read_bytes())
    der = made.public_bytes(Encoding.DER)
    key = made.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
    return {
        "certificate": base64.b64encode(der).decode(),
        "public_key": base64.b64encode(key).decode(),
        "thumbprint": hashlib.sha1(der, usedforsecurity=False).hexdigest().upper(),
    }


def run_script(name, connection, **given):
    """Run a script to its end; what it saw, and the methods that were answered."""
    if missing():
        pytest.skip(missing())

    done = subprocess.run(
        ["node", f"{name}.js"],
        cwd=SCRIPTS,
        input=json.dumps({"connection": connection, **given}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "NODE_EXTRA_CA_CERTS": connection["ca_file"]},
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    return told["seen"], set(told["answered"])
