"""Makes the states beside this file, as OpenTofu 1.7 and later write them.

It follows OpenTofu's documentation and shares nothing with the code under test: PBKDF2 is hashlib's, AES-GCM that of the
package `cryptography`. Salts and nonces are fixed so that the files stay the same.
"""

import base64
import hashlib
import json
import pathlib

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

HERE = pathlib.Path(__file__).parent
PASSPHRASE = b"correct horse battery staple"
STATE = b"""{
  "version": 4,
  "terraform_version": "1.9.0",
  "serial": 7,
  "lineage": "4d1b2c3a-0000-1111-2222-333344445555",
  "outputs": {
    "password": {
      "value": "hush hush",
      "type": "string",
      "sensitive": true
    }
  },
  "resources": [],
  "check_results": null
}
"""


def b64(data):
    return base64.b64encode(data).decode()


def recipe(salt, iterations, function, length):
    settings = {"salt": b64(salt), "iterations": iterations, "hash_function": function, "key_length": length}
    return b64(json.dumps(settings, separators=(",", ":")).encode())


def derive(secret, salt, iterations, function, length):
    return hashlib.pbkdf2_hmac(function, secret, salt, iterations, length)


def write(name, key, aad, meta):
    nonce = hashlib.sha256(name.encode()).digest()[:12]
    identity = json.loads(STATE)
    sealed = {
        "serial": identity["serial"],
        "lineage": identity["lineage"],
        "meta": meta,
        "encrypted_data": b64(nonce + AESGCM(key).encrypt(nonce, STATE, aad)),
        "encryption_version": "v0",
    }
    (HERE / name).write_text(json.dumps(sealed, separators=(",", ":")))


salt = bytes(range(32))
usual = (salt, 200_000, "sha512", 32)
write("usual.tfstate", derive(PASSPHRASE, *usual), None, {"key_provider.pbkdf2.usual": recipe(*usual)})

short = (b"pinch", 200_000, "sha256", 16)
write("short.tfstate", derive(PASSPHRASE, *short), b"\x01\x02\xff", {"an alias": recipe(*short)})

first, second = (b"first", 200_000, "sha512", 64), (b"second", 200_000, "sha512", 32)
write(
    "chain.tfstate",
    derive(derive(PASSPHRASE, *first), *second),
    None,
    {"key_provider.pbkdf2.first": recipe(*first), "key_provider.pbkdf2.second": recipe(*second)},
)
