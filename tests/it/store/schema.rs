//! The two databases hold the same.

use std::collections::BTreeSet;

use crate::support::database::Database;

/// Table, column, and whether it may be empty. The words of comments are looked up in
/// tables of `SQLite`'s own, where `PostgreSQL` has an index.
const SQLITE: &str = "select m.name || '.' || p.name || case when p.\"notnull\" = 1 or p.pk = 1
        then '' else ' may be null' end
    from sqlite_master m join pragma_table_info(m.name) p
    where m.type = 'table' and m.name not like '\\_sqlx%' escape '\\'
    and m.name not like 'comment\\_words%' escape '\\'";

const POSTGRES: &str = "select table_name || '.' || column_name || case when is_nullable = 'NO'
        then '' else ' may be null' end
    from information_schema.columns
    where table_schema = 'public' and table_name not like '\\_sqlx%'";

#[tokio::test]
async fn both_databases_have_the_same_tables_and_columns_after_migration() {
    let Some(postgres) = Database::postgres().await else { return };
    let sqlite = Database::sqlite();
    let mut columns = Vec::new();
    for (database, sql) in [(&sqlite, SQLITE), (&postgres, POSTGRES)] {
        database.open().await.close().await;
        let backdoor = database.backdoor().await;
        columns.push(backdoor.texts(sql).await.into_iter().collect::<BTreeSet<String>>());
        backdoor.close().await;
    }
    assert!(columns[0].contains("responses.document"), "{columns:?}");
    assert_eq!(columns[0], columns[1]);
}

#[tokio::test]
async fn every_table_of_sqlite_is_strict() {
    let database = Database::sqlite();
    database.open().await.close().await;
    let lax = "select name from pragma_table_list
        where type = 'table' and strict = 0 and name not like 'sqlite\\_%' escape '\\'
        and name not like '\\_sqlx%' escape '\\'";
    assert_eq!(database.backdoor().await.texts(lax).await, Vec::<String>::new());
}
