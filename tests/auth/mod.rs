mod bodies;
mod forged_tokens;
mod login;
mod logout;
mod me;
mod signup;
mod token_cookie;
