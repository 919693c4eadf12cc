//! Staff: who may do what and where, and how they prove who they are. Nothing in
//! it knows a database or HTTP; time and randomness come in as arguments.

pub mod account;
pub mod audit;
pub mod entrance;
pub mod key;
pub mod names;
pub mod password;
pub mod petition_secrets;
pub mod recovery;
pub mod refusals;
pub mod role;
pub mod scope;
pub mod session;
pub mod soft_lock;
pub mod token;
pub mod totp;

pub use account::{Account, SignInName};
pub use entrance::Entrance;
pub use key::Key;
pub use names::Names;
pub use role::{Permission, Role};
pub use scope::Scope;
pub use token::Token;
