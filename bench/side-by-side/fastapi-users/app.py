"""fastapi-users as the full example of its documentation sets it up: JWTs, users in SQLite through SQLAlchemy. Variables:
DATABASE (a file), HASH (`default`, or `argon2id` with OWASP's minimum).
"""

import contextlib
import json
import os
import uuid

from fastapi import Depends, FastAPI
from fastapi_users import BaseUserManager, FastAPIUsers, UUIDIDMixin, schemas
from fastapi_users.authentication import AuthenticationBackend, BearerTransport, JWTStrategy
from fastapi_users.db import SQLAlchemyBaseUserTableUUID, SQLAlchemyUserDatabase
from fastapi_users.password import PasswordHelper
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

SECRET = "a secret of this bench, of 32 characters or more"
OWASP_MINIMUM = Argon2Hasher(time_cost=2, memory_cost=19456, parallelism=1)
# None is its own default.
PASSWORD_HELPER = PasswordHelper(PasswordHash((OWASP_MINIMUM,))) if os.environ["HASH"] == "argon2id" else None


class Base(DeclarativeBase):
    pass


class User(SQLAlchemyBaseUserTableUUID, Base):
    pass


# It hashes on the loop that also ends transactions. On several connections some of 16 sign-ups wait for the others' locks
# until SQLite gives up and the answer is a 500; on one they take turns.
engine = create_async_engine(
    f"sqlite+aiosqlite:///{os.environ['DATABASE']}", pool_size=1, max_overflow=0, pool_timeout=60
)
new_session = async_sessionmaker(engine, expire_on_commit=False)


@event.listens_for(engine.sync_engine, "connect")
def set_up(connection, _record):
    """As the other subjects: https://www.sqlite.org/wal.html, and what is committed outlives a loss of power."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


async def get_session():
    async with new_session() as session:
        yield session


async def get_users(session=Depends(get_session)):
    yield SQLAlchemyUserDatabase(session, User)


class UserManager(UUIDIDMixin, BaseUserManager[User, uuid.UUID]):
    reset_password_token_secret = SECRET
    verification_token_secret = SECRET


async def get_user_manager(users=Depends(get_users)):
    yield UserManager(users, PASSWORD_HELPER)


class UserRead(schemas.BaseUser[uuid.UUID]):
    pass


class UserCreate(schemas.BaseUserCreate):
    pass


class UserUpdate(schemas.BaseUserUpdate):
    pass


@contextlib.asynccontextmanager
async def lifespan(_app):
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        pragmas = {name: await connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous")}
    print(json.dumps(pragmas), flush=True)
    yield


backend = AuthenticationBackend(
    name="jwt",
    transport=BearerTransport(tokenUrl="auth/jwt/login"),
    get_strategy=lambda: JWTStrategy(secret=SECRET, lifetime_seconds=3600),
)
fastapi_users = FastAPIUsers[User, uuid.UUID](get_user_manager, [backend])
app = FastAPI(lifespan=lifespan)
app.include_router(fastapi_users.get_auth_router(backend), prefix="/auth/jwt")
app.include_router(fastapi_users.get_register_router(UserRead, UserCreate), prefix="/auth")
app.include_router(fastapi_users.get_users_router(UserRead, UserUpdate), prefix="/users")
