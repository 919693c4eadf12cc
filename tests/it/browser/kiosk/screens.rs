//! Every state of the kiosk: large enough for an older eye and any finger, accessible,
//! in both languages, lying and upright.
