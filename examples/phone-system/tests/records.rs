//! Records as servers see them, in SQLite and in PostgreSQL: one sequence, nothing missed, no write lost to another's.

use std::sync::Arc;

use phone_system::records::{
    Customer, Expects, PostgresRecords, RecordStore, Records, Write, WriteError,
};
use tokio_postgres::{Config, NoTls};

type AnyError = Box<dyn std::error::Error + Send + Sync>;
type Outcome = Result<(), AnyError>;

fn customer(name: &str) -> Customer {
    Customer {
        name: name.to_owned(),
        class: "premium".to_owned(),
    }
}

/// A store that holds nothing yet.
type Store = Arc<dyn RecordStore>;

async fn two_servers(store: Store) -> Result<(Records, Records), AnyError> {
    Ok((
        Records::open(Arc::clone(&store)).await?,
        Records::open(store).await?,
    ))
}

/// Every test, on each kind of store.
macro_rules! on_each_store {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test]
                async fn $test() -> super::Outcome {
                    let store = phone_system::records::SqliteRecords::in_memory()?;
                    super::$test(std::sync::Arc::new(store)).await
                }
            )+
        }

        mod postgres {
            $(
                #[tokio::test]
                #[ignore = "needs PostgreSQL: scripts/test starts it"]
                async fn $test() -> super::Outcome {
                    super::$test(super::on_a_fresh_database().await?).await
                }
            )+
        }
    };
}

on_each_store!(
    what_one_server_writes_the_other_follows,
    updates_on_two_servers_are_both_seen,
    an_update_that_changes_nothing_writes_nothing,
    whoever_resumes_sees_each_later_change_and_removal_once,
    whoever_was_away_for_too_long_starts_anew,
    writes_happen_together_or_not_at_all,
    a_server_that_missed_a_forgotten_removal_learns_of_it,
    a_removal_that_others_have_forgotten_can_be_written_over,
    records_written_together_conflict_as_a_whole,
    a_removal_of_what_is_not_there_writes_nothing,
);

/// A PostgreSQL database of our own.
async fn on_a_fresh_database() -> Result<Store, AnyError> {
    let url = std::env::var("POSTGRES_URL").map_err(|_| "POSTGRES_URL is not set: scripts/test")?;
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await?;
    tokio::spawn(connection);
    let name = format!("records_{}", fastrand::u64(..));
    client
        .batch_execute(&format!("CREATE DATABASE {name}"))
        .await?;
    let mut server: Config = url.parse()?;
    server.dbname(name);
    let pool = postgres_pool::pool(server.clone(), NoTls, 4)?;
    Ok(Arc::new(PostgresRecords::connect(pool, &server).await?))
}

async fn what_one_server_writes_the_other_follows(store: Store) -> Outcome {
    let (one, other) = two_servers(store).await?;
    one.put("+447700900301", &customer("Mrs Hall")).await?;
    assert_eq!(other.get::<Customer>("+447700900301"), None);
    other.follow().await?;
    assert_eq!(other.get("+447700900301"), Some(customer("Mrs Hall")));
    assert_eq!(other.change(), one.change());
    Ok(())
}

async fn updates_on_two_servers_are_both_seen(store: Store) -> Outcome {
    let (one, other) = two_servers(store).await?;
    one.put("+447700900301", &customer("0")).await?;
    let count = |old: Option<Customer>| {
        let old: u32 = old.map_or(0, |old| old.name.parse().unwrap_or_default());
        Some(customer(&(old + 1).to_string()))
    };
    for _ in 0..25 {
        one.update("+447700900301", count).await?;
        other.update("+447700900301", count).await?;
    }
    one.catch_up().await?;
    assert_eq!(one.get("+447700900301"), Some(customer("50")));
    Ok(())
}

async fn an_update_that_changes_nothing_writes_nothing(store: Store) -> Outcome {
    let (one, _) = two_servers(store).await?;
    one.put("+447700900301", &customer("Mrs Hall")).await?;
    let before = one.change();
    one.update::<Customer>("+447700900301", |old| old).await?;
    one.remove::<Customer>("+447700900399").await?;
    assert_eq!(one.change(), before);
    Ok(())
}

async fn whoever_resumes_sees_each_later_change_and_removal_once(store: Store) -> Outcome {
    let (one, _) = two_servers(store).await?;
    one.put("a", &customer("A")).await?;
    one.put("b", &customer("B")).await?;
    let seen = one.change();
    one.put("a", &customer("A again")).await?;
    one.remove::<Customer>("b").await?;
    one.put("c", &customer("C")).await?;
    let rows = one.since(seen).ok_or("resumable")?;
    let rows: Vec<_> = rows
        .iter()
        .map(|row| (row.key.as_str(), row.body.is_some()))
        .collect();
    assert_eq!(rows, [("a", true), ("b", false), ("c", true)]);
    assert_eq!(one.since(one.change()).ok_or("resumable")?, []);
    Ok(())
}

async fn whoever_was_away_for_too_long_starts_anew(store: Store) -> Outcome {
    let (one, _) = two_servers(store).await?;
    one.put("a", &customer("A")).await?;
    let seen = one.change();
    one.put("b", &customer("B")).await?;
    one.remove::<Customer>("b").await?;
    one.put("c", &customer("C")).await?;
    one.forget_removals(one.change()).await?;
    assert_eq!(one.since(seen), None);
    assert_eq!(one.since(0).ok_or("all")?.len(), 2);
    assert_eq!(one.since(one.change() + 1), None, "a number nobody gave");
    Ok(())
}

async fn writes_happen_together_or_not_at_all(store: Store) -> Outcome {
    let write = |key: &str, expects| Write {
        kind: "customer",
        key: key.to_owned(),
        body: Some("{}".to_owned()),
        expects,
    };
    let refused = store.write(vec![
        write("a", Expects::Absent),
        write("b", Expects::Change(7)),
    ]);
    assert!(matches!(refused.await, Err(WriteError::Conflict { key, .. }) if key == "b"));
    assert_eq!(store.after(0, 10).await?, []);
    let changes = store
        .write(vec![
            write("a", Expects::Absent),
            write("b", Expects::Absent),
        ])
        .await?;
    assert_eq!(changes, [1, 2]);
    Ok(())
}

async fn a_server_that_missed_a_forgotten_removal_learns_of_it(store: Store) -> Outcome {
    let (one, other) = two_servers(store).await?;
    one.put("a", &customer("A")).await?;
    other.catch_up().await?;
    one.remove::<Customer>("a").await?;
    one.put("b", &customer("B")).await?;
    one.forget_removals(one.change()).await?;
    other.catch_up().await?;
    assert_eq!(other.get::<Customer>("a"), None);
    assert_eq!(other.get("b"), Some(customer("B")));
    Ok(())
}

async fn a_removal_that_others_have_forgotten_can_be_written_over(store: Store) -> Outcome {
    let (one, other) = two_servers(store).await?;
    one.put("a", &customer("A")).await?;
    one.remove::<Customer>("a").await?;
    one.put("b", &customer("B")).await?;
    // It knows of the removal, whose row is gone from the store.
    other.catch_up().await?;
    one.forget_removals(one.change()).await?;
    other
        .update("a", |there| there.or(Some(customer("A again"))))
        .await?;
    one.catch_up().await?;
    assert_eq!(one.get("a"), Some(customer("A again")));
    Ok(())
}

async fn records_written_together_conflict_as_a_whole(store: Store) -> Outcome {
    let (one, other) = two_servers(store).await?;
    one.put("a", &customer("1")).await?;
    one.put("b", &customer("1")).await?;
    other.catch_up().await?;
    one.put("b", &customer("2")).await?;
    let mut asked = 0;
    let seen = other
        .together(|draft| {
            asked += 1;
            let (a, b): (Option<Customer>, Option<Customer>) = (draft.get("a"), draft.get("b"));
            let seen = b.map(|b| b.name);
            draft.put("a", &customer(seen.as_deref().unwrap_or("none")));
            draft.put("b", &customer("3"));
            assert_eq!(draft.get("b"), Some(customer("3")), "as it is about to be");
            (a, seen)
        })
        .await?;
    assert_eq!(asked, 2, "asked again with what the other had written");
    assert_eq!(seen, (Some(customer("1")), Some("2".to_owned())));
    one.catch_up().await?;
    assert_eq!(one.get("a"), Some(customer("2")));
    assert_eq!(one.get("b"), Some(customer("3")));
    Ok(())
}

async fn a_removal_of_what_is_not_there_writes_nothing(store: Store) -> Outcome {
    let (one, _) = two_servers(store).await?;
    let before = one.change();
    one.together(|draft| draft.remove::<Customer>("nobody"))
        .await?;
    assert_eq!(one.change(), before);
    Ok(())
}
