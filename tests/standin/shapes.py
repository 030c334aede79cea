"""The JSON that Discord answers with."""

from datetime import UTC, datetime

from tests.standin.world import (
    ALL,
    APPLICATION_ID,
    BOT_ID,
    DM,
    Channel,
    Guild,
    Json,
    Message,
    World,
)


def user(user_id: int = BOT_ID, name: str = "greenlit", *, bot: bool = True) -> Json:
    return {
        "id": str(user_id),
        "username": name,
        "discriminator": "0",
        "global_name": None,
        "avatar": None,
        "bot": bot,
        "flags": 0,
    }


def application() -> Json:
    return {
        "id": str(APPLICATION_ID),
        "name": "greenlit",
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": 0,
        "owner": user(1, "owner", bot=False),
        "summary": "",
        "team": None,
    }


def message(world: World, stored: Message) -> Json:
    payload = stored.payload
    return {
        "id": str(stored.id),
        "channel_id": str(stored.channel),
        "type": 19 if payload.get("message_reference") else 0,
        "author": user(),
        "content": str(payload.get("content") or "").strip(),
        "timestamp": datetime.fromtimestamp(stored.at, UTC).isoformat(),
        "edited_timestamp": datetime.now(UTC).isoformat() if stored.edits else None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [_embed(each) for each in payload.get("embeds") or []],
        "components": payload.get("components") or [],
        "pinned": False,
        "flags": int(payload.get("flags") or 0) | stored.crossposted,
        "nonce": stored.nonce or None,
    } | _reference(stored)


def _reference(stored: Message) -> Json:
    reference = stored.payload.get("message_reference")
    if reference is None:
        return {}
    return {"message_reference": {"type": 0, "channel_id": str(stored.channel), **reference}}


def _embed(embed: Json) -> Json:
    shown = {"type": "rich", **embed}
    for key in ("title", "description"):
        if key in shown:
            shown[key] = shown[key].strip()
    if "image" in shown:
        address = shown["image"]["url"]
        shown["image"] = {"url": address, "proxy_url": f"https://proxy.example/{len(address)}"}
    return shown


def channel(each: Channel) -> Json:
    shape = {"id": str(each.id), "type": each.type, "name": each.name, "position": 0}
    if each.type == DM:
        person = user(each.recipient or 1, "member", bot=False)
        return {"id": str(each.id), "type": DM, "recipients": [person], "last_message_id": None}
    if each.parent is not None:
        return shape | thread_part(each)
    overwrite = {
        "id": str(BOT_ID),
        "type": 1,
        "allow": str(each.allow),
        "deny": str(ALL & ~each.allow),
    }
    extra: Json = {"available_tags": []} if each.type == 15 else {}
    return (
        shape
        | extra
        | {
            "guild_id": str(each.guild),
            "permission_overwrites": [overwrite],
            "nsfw": False,
            "parent_id": None,
            "topic": None,
            "last_message_id": None,
            "rate_limit_per_user": 0,
        }
    )


def thread_part(each: Channel) -> Json:
    return {
        "guild_id": str(each.guild),
        "parent_id": str(each.parent),
        "owner_id": str(BOT_ID),
        "message_count": 0,
        "member_count": 1,
        "rate_limit_per_user": 0,
        "last_message_id": None,
        "thread_metadata": {
            "archived": each.archived,
            "locked": each.locked,
            "auto_archive_duration": 10080,
            "archive_timestamp": datetime.now(UTC).isoformat(),
            "create_timestamp": datetime.now(UTC).isoformat(),
        },
    }


def guild(world: World, each: Guild) -> Json:
    inside = [one for one in world.channels.values() if one.guild == each.id]
    return {
        "id": str(each.id),
        "name": each.name,
        "owner_id": str(each.owner),
        "icon": None,
        "afk_timeout": 300,
        "verification_level": 0,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "preferred_locale": "en-US",
        "system_channel_id": str(each.system_channel) if each.system_channel else None,
        "system_channel_flags": 0,
        "features": [],
        "emojis": [],
        "stickers": [],
        "roles": [_everyone(each)],
        "channels": [channel(one) for one in inside if one.parent is None],
        "threads": [channel(one) for one in inside if one.parent is not None and not one.archived],
        "members": [_member(user())],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
        "member_count": 3,
        "large": False,
        "unavailable": False,
        "joined_at": datetime.now(UTC).isoformat(),
    }


def _everyone(of: Guild) -> Json:
    return {
        "id": str(of.id),
        "name": "@everyone",
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": 0,
        "permissions": str(of.allow),
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def _member(of: Json) -> Json:
    return {
        "user": of,
        "roles": [],
        "joined_at": datetime.now(UTC).isoformat(),
        "deaf": False,
        "mute": False,
        "flags": 0,
    }
