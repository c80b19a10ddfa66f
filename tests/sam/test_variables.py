"""Each function gets the environment variables that its program was seen to read, and none besides."""

import unittest

from support.schema import tables
from support.template import FUNCTIONS, MAIL, OF_REQUESTS, PROVIDER, Template, logical_id, source, uses

# Empty, which counts as unset, where no parameter asks for them.
OPTIONAL = {"ISSUER", "ORIGIN_SECRET", "ORIGIN_SECRET_NEXT", "AWS_ENDPOINT_URL_DYNAMODB"}
OPTIONAL_OF_MAIL = {"AWS_ENDPOINT_URL_DYNAMODB", "ISSUER", "MAIL_CONFIGURATION_SET", "MAIL_TEMPLATES", "ORIGIN_SECRET", "ORIGIN_SECRET_NEXT", "SMTP_URL"}
# Which switch mail on, in the functions of requests that ask for it.
OPTIONAL_WITHOUT_MAIL = {"EMAIL_VERIFICATION", "OUTBOX_TABLE"}
OPTIONAL_OF_OAUTH = {"OAUTH_GITHUB_URL", "OAUTH_OIDC_ISSUER"}

# What every function reads that requests reach. It stands in the template once, under Globals.
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

# Lambda sets the region; other roots and addresses are for stores, providers and mail servers that are not the usual ones.
NOT_THE_TEMPLATES = {
    "AWS_CA_BUNDLE",
    "AWS_ENDPOINT_URL_SESV2",
    "AWS_REGION",
    "LEGACY_LOGIN_CA_BUNDLE",
    "OAUTH_CA_BUNDLE",
    "OAUTH_FACEBOOK_URL",
    "OAUTH_GOOGLE_URL",
    "OAUTH_X_URL",
    "SMTP_CA_BUNDLE",
}

# The most that Lambda takes, names and values together.
MOST_BYTES = 4096
# What is left of that for values that have no longest one, such as the origins of pages. Ids and secrets of the known providers
# are shorter than they may be, which leaves some hundred bytes more.
LEFT_FOR_THE_REST = 256


class Variables(unittest.TestCase):
    def test_every_variable_that_is_read_is_set_and_none_besides(self):
        for function in FUNCTIONS:
            with self.subTest(function):
                # SAM gives every function what is global.
                read = set(uses(function)["variables"]) | (set() if function in OF_REQUESTS else GLOBAL)
                self.assertEqual(Template().variables(function).keys(), read - NOT_THE_TEMPLATES)

    def test_by_default_there_is_no_issuer_no_secret_and_no_other_dynamodb(self):
        for function in FUNCTIONS:
            with self.subTest(function):
                asks = OPTIONAL_WITHOUT_MAIL & set(uses(function)["variables"])
                optional = OPTIONAL_OF_MAIL if function == "mail" else OPTIONAL | asks
                optional = optional | OPTIONAL_OF_OAUTH if function == "oauth" else optional
                self.assertEqual({name for name, value in Template().variables(function).items() if value == ""}, optional)

    def test_a_secret_is_what_it_says_and_none_is_no_secret(self):
        secret = "0123456789abcdef0123456789abcdef"
        for value, expected in [(secret, secret), ("none", ""), ("", "")]:
            for function in OF_REQUESTS:
                variables = Template(OriginSecret=value, OriginSecretNext=value).variables(function)
                self.assertEqual((variables["ORIGIN_SECRET"], variables["ORIGIN_SECRET_NEXT"]), (expected, expected))

    def test_who_asks_for_mail_is_told_of_outbox_and_of_what_an_address_must_prove(self):
        for level, expected in [("default", ""), ("off", "off"), ("on", "on"), ("required", "required")]:
            template = Template().with_parameters(**MAIL, EmailVerification=level)
            for function in OF_REQUESTS:
                told = template.environment(function)
                self.assertEqual(told.get("OUTBOX_TABLE", "latchkey-outbox"), "latchkey-outbox", function)
                self.assertEqual(told.get("EMAIL_VERIFICATION", expected), expected, function)

    def test_a_function_that_no_request_reaches_does_not_know_the_secret(self):
        variables = Template(OriginSecret="0" * 32, OriginSecretNext="1" * 32).variables("mail")
        self.assertEqual((variables["ORIGIN_SECRET"], variables["ORIGIN_SECRET_NEXT"]), ("", ""))

    def test_mail_is_told_of_the_one_transport_that_it_has(self):
        server = {"MailTransport": "smtp", "SmtpUrl": "smtps://user:password@smtp.example.com"}
        for parameters, expected in [(MAIL, ("ses", "MailConfigurationSet", "")), (MAIL | server, ("smtp", "", server["SmtpUrl"]))]:
            variables = Template(**parameters).variables("mail")
            told = tuple(variables[name] for name in ("MAIL_TRANSPORT", "MAIL_CONFIGURATION_SET", "SMTP_URL"))
            self.assertEqual(told, expected)

    def test_mail_reads_words_of_the_layer_that_is_set_and_of_no_other(self):
        layer = "arn:aws:lambda:eu-central-1:111122223333:layer:mails:1"
        for parameters, layers, folder in [(MAIL, None, ""), (MAIL | {"MailTemplatesLayer": layer}, [layer], "/opt/mails")]:
            template = Template(**parameters)
            self.assertEqual(template.properties("MailFunction").get("Layers"), layers)
            self.assertEqual(template.variables("mail")["MAIL_TEMPLATES"], folder)

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
        for function in ("oauth", "mail"):
            environment = Template().with_parameters(**longest, **secrets).environment(function)
            taken = sum(len(name) + len(value) for name, value in environment.items())
            self.assertLessEqual(taken, MOST_BYTES - LEFT_FOR_THE_REST, function)

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
                set_here = {name: value for name, value in Template(**MAIL).variables(function).items() if name.endswith("_TABLE")}
                self.assertLessEqual(set_here.items(), names.items())

    def test_what_every_function_reads_is_global_and_no_function_repeats_it(self):
        everywhere = set.intersection(*(set(uses(function)["variables"]) for function in OF_REQUESTS)) - NOT_THE_TEMPLATES
        self.assertEqual(GLOBAL, everywhere)
        self.assertEqual(source()["Globals"]["Function"]["Environment"]["Variables"].keys(), GLOBAL)
        for function in OF_REQUESTS:
            with self.subTest(function):
                properties = source()["Resources"][logical_id(function, "Function")]["Properties"]
                self.assertEqual(properties.get("Environment", {"Variables": {}})["Variables"].keys() & GLOBAL, set())


if __name__ == "__main__":
    unittest.main()
