"""Notes of users who log in with Latchkey."""

from typing import Annotated, Any

from fastapi import FastAPI, Security

from latchkey import User, user

app = FastAPI(title="Notes")


@app.get("/notes/me")
def my_notes(caller: Annotated[User, Security(user)]) -> dict[str, Any]:
    """The caller's own notes. An app would read them from its own table."""
    return {"id": caller.id, "notes": ["Water the violets."]}


@app.get("/notes")
def all_notes(caller: Annotated[User, Security(user, scopes=["notes:admin"])]) -> dict[str, Any]:
    """Everybody's notes, for users with the scope `notes:admin`."""
    return {"read_by": caller.id, "notes": ["Water the violets.", "Sharpen the shears."]}
