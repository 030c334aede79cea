"""Discord's refusals, by status and code."""

from dataclasses import dataclass, field

STATUS_OF_CODE = {
    10003: 404,
    10004: 404,
    10008: 404,
    10011: 404,
    10013: 404,
    10015: 404,
    10062: 404,
    10070: 404,
    20016: 400,
    20022: 429,
    20028: 429,
    20029: 429,
    30038: 400,
    30046: 429,
    40001: 401,
    40003: 400,
    40005: 413,
    40033: 400,
    40058: 400,
    40060: 400,
    40067: 400,
    50001: 403,
    50005: 403,
    50006: 400,
    50007: 403,
    50008: 400,
    50009: 403,
    50013: 403,
    50024: 400,
    50035: 400,
    50083: 400,
    50278: 403,
    130000: 503,
    160002: 400,
    160004: 400,
    160005: 403,
    160006: 400,
    160007: 400,
    180000: 400,
    200000: 400,
    240000: 400,
}


@dataclass
class RefusedError(Exception):
    """Discord says no. `errors` names the fields of an invalid form body."""

    code: int
    message: str = "refused"
    status: int = 0
    errors: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.status = self.status or STATUS_OF_CODE.get(self.code, 400)

    def body(self) -> dict[str, object]:
        body: dict[str, object] = {"message": self.message, "code": self.code}
        return body | ({"errors": self.errors} if self.errors else {})


def invalid(path: str, message: str) -> RefusedError:
    """50035 for one field."""
    errors: dict[str, object] = {
        path: {"_errors": [{"code": "BASE_TYPE_BAD_LENGTH", "message": message}]}
    }
    return RefusedError(50035, "Invalid Form Body", errors=errors)
