//! Stories: a conversation in, texts and rows out. Each names what must hold in its own name.

mod approving;
mod bursts;
mod drafts;
mod engines;
mod names;
mod placing;
mod receiving;
mod talking;
mod telling;
mod trouble;
