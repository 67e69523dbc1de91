"""Checks an exported ledger: `verify.py EXPORT PUBLIC_KEY.pem`. Written from docs/LEDGER.md alone."""
import base64, hashlib, json, sys
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

def sha256(data):
    return hashlib.sha256(data).digest()

def framed(*parts):
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)

def signed(key, signature, message):
    try:
        return key is not None and Ed25519PublicKey.from_public_bytes(key).verify(signature, message) is None
    except (InvalidSignature, ValueError):
        return False

def root(leaves):
    if len(leaves) == 1:
        return leaves[0]
    middle = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + root(leaves[:middle]) + root(leaves[middle:]))

def faults(export, pinned):
    lines = export.decode().split("\n")
    entries = [json.loads(line) for line in lines[:-1]]
    spelled = [json.dumps(entry, ensure_ascii=False, separators=(",", ":"), sort_keys=True) for entry in entries]
    if spelled + [""] != lines:
        yield "a line is not spelled as an export spells it"
    header, *blocks, head = entries
    trusted, known, leaves, previous, time = {}, set(), [], bytes(32), -(2**63)
    for number, block in enumerate(blocks):
        key_id, link, digest, signature = (bytes.fromhex(block[name]) for name in ("key", "previous", "hash", "signature"))
        kind, at, about = block["kind"], int(block["time"]), json.loads(block["payload"])
        if number == 0:
            first, origin = bytes.fromhex(about["public_key"]), "vyomo/" + block["hash"]
            trusted, known = {sha256(first): first}, {sha256(first)}
        content = (number.to_bytes(8, "big"), at.to_bytes(8, "big", signed=True), kind.encode(), key_id, link, block["payload"].encode())
        if sha256(framed(b"vyomo-ledger-block-v1", *content)) != digest or block["number"] != str(number):
            yield f"block {number}: changed"
        if link != previous or at < time or (kind == "GENESIS") != (number == 0):
            yield f"block {number}: does not follow the block before it"
        if not signed(trusted.get(key_id), signature, framed(b"vyomo-ledger-signature-v1", digest)):
            yield f"block {number}: not signed by a trusted key"
        if kind in ("KEY_ADMITTED", "KEY_ROTATED"):
            new, proof = bytes.fromhex(about["public_key"]), bytes.fromhex(about["possession"])
            if sha256(new) in known or not signed(new, proof, framed(b"vyomo-ledger-possession-v1", origin.encode(), new)):
                yield f"block {number}: the new key is not proven, or not new"
            trusted[sha256(new)] = new
            known.add(sha256(new))
        if kind in ("KEY_ROTATED", "KEY_REVOKED"):
            trusted.pop(key_id if kind == "KEY_ROTATED" else bytes.fromhex(about["key"]), None)
        previous, time = digest, at
        leaves.append(sha256(b"\0" + digest))
    text, _, signatures = head["checkpoint"].rpartition("\n\n")
    if text.split("\n") != [origin, str(len(blocks)), base64.b64encode(root(leaves)).decode()]:
        yield "the head is not that of these blocks"
    notes = [base64.b64decode(line.split(" ")[2])[4:] for line in signatures.splitlines()]
    signers = [key for key in trusted.values() if any(signed(key, note, (text + "\n").encode()) for note in notes)]
    if not signers or header != {"blocks": str(len(blocks)), "format": "vyomo-ledger-export-v1", "origin": origin}:
        yield "the head is not signed by a trusted key, or the header is another ledger's"
    if pinned not in [first, *signers]:
        yield "neither the first block nor the head is signed by the given key"

found = list(faults(open(sys.argv[1], "rb").read(), load_pem_public_key(open(sys.argv[2], "rb").read()).public_bytes_raw()))
print("\n".join(found) or "whole and authentic")
sys.exit(1 if found else 0)
