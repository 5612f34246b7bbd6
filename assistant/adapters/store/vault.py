"""Keys. Each household has its own; all are wrapped by one master key that lies outside of the database."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import zlib
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tools.errors import LotlineError

KEY_BYTES = 32
_NONCE_BYTES = 12
_FORMAT = b"\x01"


class WrongKey(LotlineError):
    """Something sealed that this key does not open, or that was changed."""


class Box:
    """Seals bytes with one key (AES-256-GCM), each tied to the place where it stands, and hashes with it.

    Args:
        key: 32 random bytes.
    """

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(hmac.digest(key, b"lotline seal", "sha256"))
        self._hash_key = hmac.digest(key, b"lotline hash", "sha256")

    def seal(self, content: bytes, place: str) -> bytes:
        """Compress and encrypt; only ``open`` with the same place gives it back."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _FORMAT + nonce + self._aead.encrypt(nonce, zlib.compress(content, 6), place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """Decrypt.

        Raises:
            WrongKey: Another key or place, or bytes that were changed.
        """
        start = len(_FORMAT) + _NONCE_BYTES
        try:
            packed = self._aead.decrypt(sealed[len(_FORMAT) : start], sealed[start:], place.encode())
        except (InvalidTag, ValueError) as error:
            raise WrongKey(
                f"What is stored as {place} cannot be opened.", "Use the key and the database that belong together."
            ) from error
        return zlib.decompress(packed)

    def digest(self, *parts: bytes) -> str:
        """Return a hash that nobody without the key can compute, or compare a guess with."""
        framed = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
        return hmac.new(self._hash_key, framed, hashlib.sha256).hexdigest()


def read_key(text: str) -> bytes:
    """Read a master key from its base64 form.

    Raises:
        LotlineError: It is not 32 bytes in base64.
    """
    try:
        key = base64.urlsafe_b64decode(text.strip().encode())
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise LotlineError("The store's key is not 32 bytes in URL-safe base64.", "Check LOTLINE_STORE_KEY.")
    return key


def key_beside(folder: Path, may_make: bool) -> bytes:
    """Return the master key from the file beside the data folder, made at the first start.

    Args:
        folder: The data folder; the key lies next to it, so that a copy of the folder alone opens nothing.
        may_make: False when a database is there already: a new key could not open it.

    Raises:
        LotlineError: The key is missing or unreadable.
    """
    path = folder.with_name(f"{folder.name}.key")
    if may_make and not path.exists():
        _make(path)
    try:
        return read_key(path.read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError) as error:
        raise LotlineError(
            f"The store's key {path.name} beside its folder cannot be read.",
            "Put it back, or delete the store to begin anew; without the key nobody can open it.",
        ) from error


def _make(path: Path) -> None:
    """Write a new key whole or not at all; of two processes that try, one wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)))
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
