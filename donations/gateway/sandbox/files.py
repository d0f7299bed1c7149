"""Files: what is evidence in a dispute. Their content is looked at and let go, their size and kind are kept."""

from donations.gateway.sandbox.call import Call
from donations.gateway.sandbox.errors import ApiError, invalid
from donations.gateway.sandbox.ids import new_id
from donations.gateway.sandbox.store import Json, Tx

KIND = "file"
EVIDENCE = "dispute_evidence"
_MAGIC = {"pdf": b"%PDF-", "jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}
# https://docs.stripe.com/file-upload: five megabytes for one, in a dispute 4.5 for all of them
_LARGEST = 5 * 1024 * 1024
FILES = (
    "cancellation_policy", "customer_communication", "customer_signature", "duplicate_charge_documentation", "receipt",
    "refund_policy", "service_documentation", "shipping_documentation", "uncategorized_file",
)  # fmt: skip


def create(call: Call) -> Json:
    """Answer POST /v1/files."""
    if call.params["purpose"] != EVIDENCE:
        raise invalid("The sandbox takes files of the purpose `dispute_evidence` alone.", "purpose")
    if "file_link_data" in call.params:
        raise invalid("The sandbox makes no links to files.", "file_link_data")
    content = call.params["file"].encode("latin-1")
    kind = next((name for name, magic in _MAGIC.items() if content.startswith(magic)), None)
    if kind is None:
        raise invalid("Invalid file: its purpose takes pdf, jpg and png.", "file")
    if len(content) > _LARGEST:
        raise invalid("The file is larger than its purpose allows.", "file")
    file_id = new_id("file")
    return call.tx.put(
        {
            "id": file_id,
            "object": KIND,
            "created": int(call.tx.now),
            "expires_at": None,
            "filename": f"evidence.{kind}",
            "links": {"object": "list", "data": [], "has_more": False, "url": f"/v1/file_links?file={file_id}"},
            "purpose": EVIDENCE,
            "size": len(content),
            "title": None,
            "type": kind,
            "url": f"{call.config.public_url}/v1/files/{file_id}/contents",
        }
    )


def check_known(tx: Tx, evidence: Json) -> None:
    """Refuse evidence that names a file which is not there, or was sent for something else."""
    for name in FILES:
        file_id = evidence.get(name)
        if file_id and (tx.get(KIND, file_id) or {}).get("purpose") != EVIDENCE:
            raise ApiError(f"No such file upload: '{file_id}'", param=f"evidence[{name}]", code="resource_missing")
