"""How the bot logs: events with fields, as lines for people or as JSON, never with a secret."""

import json
import logging
from datetime import UTC, datetime

_STANDARD = frozenset(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {
    "message",
    "asctime",
    "color_message",
    "taskName",
}


SHORTEST_SECRET = 6  # hiding what is shorter would hide half of every line


class _Formatter(logging.Formatter):
    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__()
        written = {form for secret in secrets for form in (secret, json.dumps(secret)[1:-1])}
        self._secrets = tuple(form for form in written if len(form) >= SHORTEST_SECRET)

    def hide(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "[secret]")
        return text

    def fields(self, record: logging.LogRecord) -> dict[str, object]:
        return {name: value for name, value in vars(record).items() if name not in _STANDARD}

    def trace(self, record: logging.LogRecord) -> str:
        return self.formatException(record.exc_info) if record.exc_info else ""


class TextFormatter(_Formatter):
    """`12:30:05 INFO bot.services.polling polled source=TVLine articles=3`."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC)
        line = f"{moment:%H:%M:%S} {record.levelname} {record.name} {_line(record.getMessage())}"
        line += "".join(f" {name}={_line(value)}" for name, value in self.fields(record).items())
        trace = self.trace(record)
        return self.hide(f"{line}\n{trace}" if trace else line)


def _line(value: object) -> str:
    """A value without line breaks: a feed's name must not write a log line of its own."""
    return " ".join(str(value).splitlines())


class JsonFormatter(_Formatter):
    """One JSON object a line, with `at`, `level`, `logger`, `event` and the event's fields."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC)
        row = {
            "at": moment.isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage(),
            **self.fields(record),
        }
        if trace := self.trace(record):
            row["trace"] = trace
        return self.hide(json.dumps(row, default=str, ensure_ascii=False))


def set_up_logging(level: str, form: str, secrets: tuple[str, ...] = ()) -> None:
    """Send every log line to standard error, in one form, without the secrets."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter(secrets) if form == "json" else TextFormatter(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in ("discord", "alembic", "aiosqlite"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLevelName(level)))
