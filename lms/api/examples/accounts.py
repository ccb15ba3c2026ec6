"""Examples of sign-in, identity, profile and registration."""

from lms.api.examples.base import ACCESS_TOKEN, AVATAR, REFRESH_TOKEN, SIGNED_URL, USER_ID

USER = {
    "id": USER_ID,
    "username": "karimov",
    "role": "user",
    "full_name": "Каримов Азиз Рустамович",
    "email": "karimov@example.uz",
}
PROFILE = {
    **USER,
    "avatar_url": SIGNED_URL,
    "avatar_key": AVATAR,
    "company": "Компрессорная станция WKC1",
    "position": "Машинист ТК",
    "phone": "+998901234567",
    "bio": "Служба КС",
    "language": "ru",
    "email_notifications": True,
    "push_notifications": True,
    "weekly_report": False,
}
LOGIN_REQUEST = {
    "username": "karimov",
    "password": "сложный-пароль-1",
}
LOGIN = {
    "token": ACCESS_TOKEN,
    "refreshToken": REFRESH_TOKEN,
    "expiresIn": 900,
    "user": USER,
    "requires_registration": False,
}
REFRESH_REQUEST = {
    "refreshToken": REFRESH_TOKEN,
}
REFRESH = {
    "token": ACCESS_TOKEN,
    "expiresIn": 900,
}
ME = {
    "user": {
        "sub": USER_ID,
        "id": USER_ID,
        "username": "karimov",
        "role": "user",
        "full_name": "Каримов Азиз Рустамович",
        "email": "karimov@example.uz",
    },
}
REGISTRATION = {
    "data": {
        "full_name": "Каримов Азиз Рустамович",
        "email": "karimov@example.uz",
        "phone": "",
        "station_id": None,
        "position": "",
        "department": "Служба КС",
    },
    "profile_complete": False,
}
REGISTER_REQUEST = {
    "full_name": "Каримов Азиз Рустамович",
    "phone": "+998901234567",
    "station_id": 1,
    "position": "Машинист ТК",
    "department": "Служба КС",
}
REGISTERED = {"success": True, "message": "Профиль сохранён"}
CHANGE_PASSWORD_REQUEST = {
    "current_password": "old password of mine",
    "new_password": "new password of mine",
}
SESSION = {
    "id": "5f0c2f0e-7d0b-4c56-9a3e-2b6f4f1f7a10",
    "kind": "api",
    "ip_address": "10.20.30.40",
    "device": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0",
    "created_at": "2026-11-28T08:15:00+05:00",
    "last_activity": "2026-11-28T10:40:00+05:00",
    "current": True,
}
PROFILE_REQUEST = {
    "full_name": "Каримов Азиз Рустамович",
    "company": "Компрессорная станция WKC1",
    "position": "Старший машинист ТК",
}
CHANGED_PROFILE = {**PROFILE, "position": "Старший машинист ТК"}
AVATAR_RESPONSE = {
    "success": True,
    "key": AVATAR,
    "url": SIGNED_URL,
    "message": "Фото сохранено",
}
STATS = {
    "stats": {
        "active_courses": 1,
        "completed_courses": 0,
        "total_progress": 40,
    },
    "certificates": [
        {
            "id": "c1d2e3f4-0000-4a6b-8c7d-5e4f3a2b1c0d",
            "title": "Допуск к пуску агрегата",
            "issued_at": "2026-09-01T00:00:00Z",
        }
    ],
}
