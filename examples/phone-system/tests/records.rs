//! Records as servers see them: one sequence, nothing missed, no write lost to another's.

use std::sync::Arc;

use phone_system::records::{
    Customer, Expects, RecordStore as _, Records, SqliteRecords, Write, WriteError,
};

type Outcome = Result<(), Box<dyn std::error::Error + Send + Sync>>;

fn customer(name: &str) -> Customer {
    Customer {
        name: name.to_owned(),
        class: "premium".to_owned(),
    }
}

async fn two_servers() -> Result<(Records, Records), Box<dyn std::error::Error + Send + Sync>> {
    let store = Arc::new(SqliteRecords::in_memory()?);
    Ok((
        Records::open(store.clone()).await?,
        Records::open(store).await?,
    ))
}

#[tokio::test]
async fn what_one_server_writes_the_other_follows() -> Outcome {
    let (one, other) = two_servers().await?;
    one.put("+447700900301", &customer("Mrs Hall")).await?;
    assert_eq!(other.get::<Customer>("+447700900301"), None);
    other.follow().await?;
    assert_eq!(other.get("+447700900301"), Some(customer("Mrs Hall")));
    assert_eq!(other.change(), one.change());
    Ok(())
}

#[tokio::test]
async fn updates_on_two_servers_are_both_seen() -> Outcome {
    let (one, other) = two_servers().await?;
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

#[tokio::test]
async fn an_update_that_changes_nothing_writes_nothing() -> Outcome {
    let (one, _) = two_servers().await?;
    one.put("+447700900301", &customer("Mrs Hall")).await?;
    let before = one.change();
    one.update::<Customer>("+447700900301", |old| old).await?;
    one.remove::<Customer>("+447700900399").await?;
    assert_eq!(one.change(), before);
    Ok(())
}

#[tokio::test]
async fn whoever_resumes_sees_each_later_change_and_removal_once() -> Outcome {
    let (one, _) = two_servers().await?;
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

#[tokio::test]
async fn whoever_was_away_for_too_long_starts_anew() -> Outcome {
    let (one, _) = two_servers().await?;
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

#[tokio::test]
async fn writes_happen_together_or_not_at_all() -> Outcome {
    let store = SqliteRecords::in_memory()?;
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
