mod jwks;
mod openid_configuration;
