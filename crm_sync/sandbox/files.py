"""Files: inserting a version makes the document and links it to where it is first published."""

import base64
import binascii
import hashlib
import sqlite3
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from crm_sync.sandbox.errors import OrgError, no_such_object

if TYPE_CHECKING:
    from crm_sync.sandbox.records import Row, Transaction

__all__ = ["publish", "read_body"]


def publish(transaction: "Transaction", row: "Row", encoded: str) -> None:
    """Store the bytes of a new version, describe them in its row, and make or renew its document.

    `encoded` is Base64. Raises OrgError when it is not.
    """
    body = _decoded(encoded)
    row |= _described(body, str(row.get("PathOnClient") or row.get("Title") or ""))
    row |= {"ContentModifiedDate": row["CreatedDate"], "ContentModifiedById": row["CreatedById"]}
    document = str(row.get("ContentDocumentId") or _new_document(transaction, row))
    number = _renew(transaction, document, str(row["Id"]))
    row |= {"ContentDocumentId": document, "IsLatest": 1, "VersionNumber": str(number)}
    transaction.connection.execute('INSERT INTO "_file" VALUES (?, ?)', [row["Id"], body])


def read_body(connection: sqlite3.Connection, version: str) -> bytes:
    """Return a version's bytes; raises OrgError NOT_FOUND when there are none."""
    row = connection.execute('SELECT body FROM "_file" WHERE id = ?', [version]).fetchone()
    if row is None:
        raise no_such_object()
    return bytes(row[0])


def _decoded(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        message = "Version Data: value is not Base64"
        raise OrgError("JSON_PARSER_ERROR", message, ["VersionData"]) from error


def _described(body: bytes, path: str) -> "Row":
    extension = PurePosixPath(path).suffix.removeprefix(".")
    return {
        "ContentSize": len(body),
        "Checksum": hashlib.md5(body, usedforsecurity=False).hexdigest(),
        "FileExtension": extension or None,
        "FileType": extension.upper() or "UNKNOWN",
    }


def _new_document(transaction: "Transaction", row: "Row") -> str:
    document = _system_row(transaction, "069", row) | {
        "OwnerId": row["OwnerId"],
        "LatestPublishedVersionId": row["Id"],
        "PublishStatus": "P",
        "SharingPrivacy": "N",
        "ContentModifiedDate": row["CreatedDate"],
    }
    for name in ("Title", "Description", "ContentSize", "FileType", "FileExtension"):
        document[name] = row.get(name)
    transaction.write_row(transaction.sobject("ContentDocument"), document)
    places = {str(row["OwnerId"]): "I"}
    if location := row.get("FirstPublishLocationId"):
        places[str(location)] = "V"
    for place, share in places.items():
        link = _system_row(transaction, "06A", row) | {
            "ContentDocumentId": document["Id"],
            "LinkedEntityId": place,
            "ShareType": share,
            "Visibility": "AllUsers",
        }
        transaction.write_row(transaction.sobject("ContentDocumentLink"), link)
    return str(document["Id"])


def _system_row(transaction: "Transaction", prefix: str, like: "Row") -> "Row":
    names = ("CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp")
    row: Row = {"Id": transaction.sequences.next_id(prefix), "IsDeleted": 0}
    return row | {name: like[name] for name in names}


def _renew(transaction: "Transaction", document: str, version: str) -> int:
    """Make a version the latest of its document and return its number, counted from 1."""
    connection = transaction.connection
    connection.execute(
        'UPDATE "ContentDocument" SET "LatestPublishedVersionId" = ?, "SystemModstamp" = ? '
        'WHERE "Id" = ?',
        [version, transaction.stamp, document],
    )
    older = connection.execute(
        'UPDATE "ContentVersion" SET "IsLatest" = 0, "SystemModstamp" = ? '
        'WHERE "ContentDocumentId" = ? AND "IsLatest" = 1',
        [transaction.stamp, document],
    )
    if older.rowcount == 0:
        return 1
    statement = 'SELECT count(*) FROM "ContentVersion" WHERE "ContentDocumentId" = ?'
    return int(connection.execute(statement, [document]).fetchone()[0]) + 1
