//! The conditions of the writes, which hold whatever was read before.

use std::time::Duration;

use api_tests::Tables;
use shared::clock::{Clock, Timestamp};
use shared::domain::{
    AddSessionError, Authentication, Checked, FederateError, IdentityKey, IdentityStore as _, Link, LinkError,
    LinkedIdentity, NewGeneration, NewLink, NewSession, OneTimeCode, Provider, Session, SessionId, SessionStore as _,
    Unlinking, User, UserId, UserIdKind, UserStore as _,
};
use shared::mail::{FederatedAccountStore as _, LinkStore as _};
use shared::store::{IdentityTables, SessionTable, UserTable};

const DAY: Duration = Duration::from_hours(24);

fn now() -> Timestamp {
    Clock::system().now()
}

fn identity(subject: &str) -> LinkedIdentity {
    LinkedIdentity::new(Provider::Google, &IdentityKey::new("https://issuer.example", subject).unwrap())
}

fn code(digest: &str) -> OneTimeCode {
    OneTimeCode { digest: digest.to_owned(), good_until: now().after(DAY) }
}

/// A user without a password who signs in with the identity `1`.
async fn somebody(tables: &Tables) -> (IdentityTables, User) {
    let store = IdentityTables::read(tables.environment(), &tables.client()).unwrap();
    let id = UserId::generate(UserIdKind::Uuid, now()).unwrap();
    let identities = [identity("1")].into_iter().collect();
    let user = User { identities, passwordless: true, ..User::new(id, now()) };
    let link = NewLink { identity: &identity("1"), stale: None, at: now() };
    store.create_federated_account(&user, None, link, &code("first"), None).await.unwrap();
    (store, user)
}

#[tokio::test]
async fn a_session_begins_only_for_a_user_who_lists_the_identity() {
    let tables = Tables::start().await;
    let (_store, user) = somebody(&tables).await;
    let sessions = SessionTable::read(tables.environment(), &tables.client()).unwrap();
    let session = Session::begin(now(), DAY, Authentication::by_provider(now()), None);
    let new = NewSession { id: SessionId::generate().unwrap(), session };
    let add = async |generation, listed: &LinkedIdentity| {
        let checked = Checked { generation, identity: Some(listed) };
        sessions.add_session(&user.id, checked, &new, None, DAY).await
    };
    assert!(matches!(add(0, &identity("2")).await, Err(AddSessionError::Outdated)));
    assert!(matches!(add(1, &identity("1")).await, Err(AddSessionError::Outdated)));
    assert!(add(0, &identity("1")).await.is_ok());
}

#[tokio::test]
async fn the_last_identity_of_a_user_without_a_password_stays_whoever_asks() {
    let tables = Tables::start().await;
    let (store, user) = somebody(&tables).await;
    let (one, two) = (identity("1"), identity("2"));
    let unlink = async |user: &User, identity: &LinkedIdentity| {
        let generation = NewGeneration { user, kept: None, at: now() };
        store.remove_links(Unlinking { generation, identities: &[identity] }, None).await.unwrap()
    };
    assert!(!unlink(&user, &one).await);
    store
        .add_link(&user.id, 0, NewLink { identity: &two, stale: None, at: now() }, &code("second"), None)
        .await
        .unwrap();
    let of_before = User { generation: 7, ..user.clone() };
    assert!(!unlink(&of_before, &one).await, "of another generation");
    assert!(unlink(&user, &one).await);
    let users = UserTable::read(tables.environment(), &tables.client()).unwrap();
    let after = users.user(&user.id).await.unwrap().unwrap();
    assert_eq!((after.generation, after.identities), (1, [two].into_iter().collect()));
    assert_eq!(store.link(&one.key()).await.unwrap(), None);
}

/// A link is replaced only as it was read: one that was made anew in between is somebody's.
#[tokio::test]
async fn a_link_that_was_made_anew_meanwhile_is_not_replaced() {
    let tables = Tables::start().await;
    let (store, user) = somebody(&tables).await;
    let read = store.link(&identity("1").key()).await.unwrap().unwrap();
    let older = Link { linked_at: read.linked_at.before(Duration::from_millis(1)), ..read.clone() };
    let elsewhere = Link { user_id: UserId::from_trusted("nobody".to_owned()), ..read.clone() };
    let other = UserId::generate(UserIdKind::Uuid, now()).unwrap();
    for stale in [None, Some(&older), Some(&elsewhere)] {
        let link = NewLink { identity: &identity("1"), stale, at: now() };
        let refused =
            store.create_federated_account(&User::new(other.clone(), now()), None, link, &code("a"), None).await;
        assert!(matches!(refused, Err(FederateError::LinkChanged)), "{refused:?}");
        let refused = store.add_link(&user.id, 0, link, &code("a"), None).await;
        assert!(matches!(refused, Err(LinkError::LinkChanged)), "{refused:?}");
    }
    assert_eq!(store.link(&identity("1").key()).await.unwrap(), Some(read));
    assert!(store.use_code(&code("a")).await.unwrap(), "a refused write uses no code");
    assert!(!store.use_code(&code("a")).await.unwrap());
}
