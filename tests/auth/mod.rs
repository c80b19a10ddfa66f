mod bodies;
mod login;
mod logout;
mod me;
mod signup;
mod token_cookie;
