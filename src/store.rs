//! The store: the only module that knows SQL. One file per thing stored; one
//! body of SQL for both databases.

pub mod actions;
pub mod activity;
pub mod batches;
pub mod centre_contacts;
pub mod collection_points;
pub mod comments;
pub mod devices;
pub mod drafts;
pub mod enrolment;
pub mod indicators;
pub mod link_mails;
mod open;
pub mod opening_hours;
pub mod paged;
pub mod paper_batches;
pub mod paper_ranges;
pub mod petitions;
pub mod publications;
pub mod recordings;
pub mod reply_templates;
pub mod responses;
pub mod retention;
pub mod samples;
pub mod sent_reports;
pub mod service_fields;
pub mod staff;
pub mod survey_links;
pub mod tablet_key;
pub mod visits;
pub mod withdrawing;
mod writer;

use sqlx::{PgPool, SqlitePool};
use surveys::Text;

pub use open::{MIGRATIONS, Options};
pub use writer::Writer;

/// A database that is open, migrated and known to be durable.
#[derive(Debug, Clone)]
pub struct Db {
    /// Connections that only read.
    read: Pool,
    /// Connections that write. On `SQLite` there is one, so that writers queue
    /// here and not inside the database.
    write: Pool,
    /// Whether everything in it is made up.
    simulated: bool,
}

#[derive(Debug, Clone)]
enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// Runs one body on whichever database the pool is.
macro_rules! on_db {
    ($pool:expr, |$p:ident| $body:expr) => {
        match $pool {
            $crate::store::Pool::Sqlite($p) => $body,
            $crate::store::Pool::Postgres($p) => $body,
        }
    };
}
use on_db;

impl Db {
    /// Whether everything in this database is made up; then every page and file says so.
    pub fn is_simulated(&self) -> bool {
        self.simulated
    }

    /// `SQLite` or `PostgreSQL`, for people.
    pub fn kind(&self) -> &'static str {
        match self.read {
            Pool::Sqlite(_) => "SQLite",
            Pool::Postgres(_) => "PostgreSQL",
        }
    }

    /// Asks the database for a sign of life and proves that it can still be written.
    ///
    /// # Errors
    /// [`Error`] when it cannot.
    pub async fn probe(&self, now: i64) -> Result<(), Error> {
        const SQL: &str = "insert into facts (name, value) values ('probed_at', $1)
            on conflict (name) do update set value = excluded.value";
        on_db!(&self.write, |p| sqlx::query(SQL).bind(now.to_string()).execute(p).await.map(drop))?;
        Ok(())
    }

    /// Folds the log into the database file: what was removed is overwritten there, and
    /// must not be found in the log either. Does nothing on `PostgreSQL`.
    ///
    /// # Errors
    /// [`Error`] when it cannot.
    pub async fn forget_what_was_removed(&self) -> Result<(), Error> {
        if let Pool::Sqlite(pool) = &self.write {
            sqlx::query("pragma wal_checkpoint(truncate)").execute(pool).await?;
        }
        Ok(())
    }

    /// Closes every connection; on `SQLite` this also folds the log into the file.
    pub async fn close(&self) {
        // SQLite's last connection folds the log into the file, which those that only read
        // cannot.
        on_db!(&self.read, |p| p.close().await);
        on_db!(&self.write, |p| p.close().await);
    }
}

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address names no database we know.
    #[error("cannot use the database `{0}`: write sqlite:PATH or postgres://USER@HOST/NAME")]
    UnknownScheme(String),
    /// The folder or file cannot be written.
    #[error(
        "cannot write the database in {path}: {reason}; give a folder that this account can write with --data-dir"
    )]
    Unwritable {
        /// The file or folder.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// The file is no database, or a broken one.
    #[error(
        "{path} is not a usable database ({reason}); move it away and start anew, or restore a backup"
    )]
    NoDatabase {
        /// The file.
        path: String,
        /// What `SQLite` said.
        reason: String,
    },
    /// The database was made by a newer program.
    #[error(
        "the database was made by a newer version of hailong (migration {0}); install that version or restore an older backup"
    )]
    Newer(i64),
    /// The database would acknowledge what it could still lose.
    #[error(
        "the database is not durable: {0}; set it right, because an answer is only confirmed once it is safe"
    )]
    NotDurable(String),
    /// The database's server did not prove that it is the one that was asked for.
    #[error(
        "the connection to the database is not safe: {0}; name with sslrootcert=FILE the certificate of the authority that signed the server's, and write the server's name as its certificate has it"
    )]
    Unproven(String),
    /// A migration failed.
    #[error("the database could not be brought up to date: {0}")]
    Migration(String),
    /// The database cannot be reached or written now.
    #[error("the database cannot be used now: {0}")]
    Unavailable(String),
    /// What is stored cannot be read; a fault of ours or of the disk.
    #[error("a stored row cannot be read: {0}")]
    Damaged(String),
}

impl Error {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> Text {
        let vi = match self {
            Self::UnknownScheme(url) => format!(
                "Không dùng được cơ sở dữ liệu `{url}`: hãy viết sqlite:ĐƯỜNG-DẪN hoặc postgres://NGƯỜI-DÙNG@MÁY/TÊN"
            ),
            Self::Unwritable { path, reason } => format!(
                "Không ghi được cơ sở dữ liệu {path}: {reason}; hãy dùng --data-dir để chọn thư mục mà tài khoản này ghi được"
            ),
            Self::NoDatabase { path, reason } => format!(
                "{path} không phải là cơ sở dữ liệu dùng được ({reason}); hãy cất tệp này đi nơi khác rồi chạy lại, hoặc khôi phục bản sao lưu"
            ),
            Self::Newer(migration) => format!(
                "Cơ sở dữ liệu do phiên bản hailong mới hơn tạo ra (bước chuyển đổi {migration}); hãy cài phiên bản đó hoặc khôi phục bản sao lưu cũ hơn"
            ),
            Self::NotDurable(setting) => format!(
                "Cơ sở dữ liệu chưa bảo đảm không mất dữ liệu: {setting}; hãy chỉnh lại, vì phiếu chỉ được xác nhận khi đã lưu chắc chắn"
            ),
            Self::Unproven(reason) => format!(
                "Đường nối tới cơ sở dữ liệu không an toàn: {reason}; hãy dùng sslrootcert=TỆP để chỉ chứng thư của nơi đã ký cho máy chủ, và viết tên máy chủ đúng như trong chứng thư"
            ),
            Self::Migration(reason) => {
                format!("Không nâng cấp được cơ sở dữ liệu: {reason}")
            }
            Self::Unavailable(reason) => {
                format!("Hiện không dùng được cơ sở dữ liệu: {reason}")
            }
            Self::Damaged(what) => format!("Không đọc được một dòng đã lưu: {what}"),
        };
        Text::new(vi, self.to_string())
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
                Self::Damaged(error.to_string())
            }
            other => Self::Unavailable(other.to_string()),
        }
    }
}
