"""The account's library of reusable steps ([S17])."""
