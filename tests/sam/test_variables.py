"""Each function gets the environment variables that its program was seen to read, and none besides."""

import unittest

from support.schema import tables
from support.template import FUNCTIONS, PROVIDER, Template, logical_id, source, uses

# Empty, which counts as unset, where no parameter asks for them.
OPTIONAL = {"ISSUER", "ORIGIN_SECRET", "ORIGIN_SECRET_NEXT", "AWS_ENDPOINT_URL_DYNAMODB"}
OPTIONAL_OF_OAUTH = {"OAUTH_GITHUB_URL", "OAUTH_OIDC_ISSUER"}

# What every function reads. It stands in the template once, under Globals.
GLOBAL = {
    "ALLOWED_ORIGINS",
    "AUDIENCE",
    "AWS_ENDPOINT_URL_DYNAMODB",
    "COOKIE_SAME_SITE",
    "ISSUER",
    "ORIGIN_ADDRESS_HEADER",
    "ORIGIN_SECRET",
    "ORIGIN_SECRET_NEXT",
    "PUBLIC_KEYS_TABLE",
    "USERS_TABLE",
}

# Lambda sets the region; other roots and addresses are for a store that is not AWS's and for providers that are not theirs.
NOT_THE_TEMPLATES = {
    "AWS_CA_BUNDLE",
    "AWS_REGION",
    "OAUTH_CA_BUNDLE",
    "OAUTH_FACEBOOK_URL",
    "OAUTH_GOOGLE_URL",
    "OAUTH_X_URL",
}

# The most that Lambda takes, names and values together.
MOST_BYTES = 4096
# What is left of that for values that have no longest one, such as the origins of pages.
LEFT_FOR_THE_REST = 512


class Variables(unittest.TestCase):
    def test_every_variable_that_is_read_is_set_and_none_besides(self):
        for function in FUNCTIONS:
            with self.subTest(function):
                self.assertEqual(Template().variables(function).keys(), set(uses(function)["variables"]) - NOT_THE_TEMPLATES)

    def test_by_default_there_is_no_issuer_no_secret_and_no_other_dynamodb(self):
        for function in FUNCTIONS:
            with self.subTest(function):
                optional = OPTIONAL | OPTIONAL_OF_OAUTH if function == "oauth" else OPTIONAL
                self.assertEqual({name for name, value in Template().variables(function).items() if value == ""}, optional)

    def test_a_secret_is_what_it_says_and_none_is_no_secret(self):
        secret = "0123456789abcdef0123456789abcdef"
        for value, expected in [(secret, secret), ("none", ""), ("", "")]:
            for function in FUNCTIONS:
                variables = Template(OriginSecret=value, OriginSecretNext=value).variables(function)
                self.assertEqual((variables["ORIGIN_SECRET"], variables["ORIGIN_SECRET_NEXT"]), (expected, expected))

    def test_a_provider_is_told_as_it_is_set_and_none_is_no_issuer_and_no_server(self):
        variables = Template(**PROVIDER).variables("oauth")
        self.assertEqual(variables["OAUTH_RETURN_URLS"], PROVIDER["OAuthReturnUrls"])
        self.assertEqual(variables["OAUTH_GITHUB_CLIENT_ID"], PROVIDER["GithubClientId"])
        self.assertEqual(variables["OAUTH_GITHUB_CLIENT_SECRET"], PROVIDER["GithubClientSecret"])
        set_to = {"GithubUrl": "https://github.example.com", "OidcIssuer": "https://issuer.example.com/"}
        variables = Template(**set_to).variables("oauth")
        self.assertEqual((variables["OAUTH_GITHUB_URL"], variables["OAUTH_OIDC_ISSUER"]), tuple(set_to.values()))

    def test_every_provider_at_once_leaves_room_in_the_environment(self):
        longest = {name: "x" * parameter["MaxLength"] for name, parameter in source()["Parameters"].items() if "MaxLength" in parameter}
        secrets = dict.fromkeys(("OriginSecret", "OriginSecretNext"), "x" * 128)
        environment = Template().with_parameters(**longest, **secrets).environment("oauth")
        taken = sum(len(name) + len(value) for name, value in environment.items())
        self.assertLessEqual(taken, MOST_BYTES - LEFT_FOR_THE_REST)

    def test_the_issuer_is_the_parameter_or_else_the_domain(self):
        domain = {"DomainName": "auth.example.com", "CertificateArn": "arn:aws:acm:us-east-1:111111111111:certificate/1"}
        for parameters, expected in [
            (domain, "https://auth.example.com"),
            ({"Issuer": "https://app.example.com/auth"}, "https://app.example.com/auth"),
            (domain | {"Issuer": "https://app.example.com"}, "https://app.example.com"),
        ]:
            template = Template(**parameters)
            for function in FUNCTIONS:
                self.assertEqual(template.variables(function)["ISSUER"], expected)
            for output, path in [("BaseUrl", ""), ("TokenIssuer", ""), ("JwksUrl", "/.well-known/jwks.json")]:
                self.assertEqual(template.outputs[output]["Value"], expected + path)

    def test_the_table_variables_name_the_tables_of_the_stack(self):
        names = {table.variable: f"latchkey-{table.suffix}" for table in tables().values()}
        for function in FUNCTIONS:
            with self.subTest(function):
                set_here = {name: value for name, value in Template().variables(function).items() if name.endswith("_TABLE")}
                self.assertLessEqual(set_here.items(), names.items())

    def test_what_every_function_reads_is_global_and_no_function_repeats_it(self):
        everywhere = set.intersection(*(set(uses(function)["variables"]) for function in FUNCTIONS)) - NOT_THE_TEMPLATES
        self.assertEqual(GLOBAL, everywhere)
        self.assertEqual(source()["Globals"]["Function"]["Environment"]["Variables"].keys(), GLOBAL)
        for function in FUNCTIONS:
            with self.subTest(function):
                properties = source()["Resources"][logical_id(function, "Function")]["Properties"]
                self.assertEqual(properties.get("Environment", {"Variables": {}})["Variables"].keys() & GLOBAL, set())


if __name__ == "__main__":
    unittest.main()
