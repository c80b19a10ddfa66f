"""What CloudFormation refuses before it changes anything, because parameters do not go together."""

import unittest

from support.template import MAIL, PROVIDER, Template

SECRET = "0123456789abcdef0123456789abcdef"
DOMAIN = {"DomainName": "auth.example.com", "CertificateArn": "arn:aws:acm:us-east-1:111111111111:certificate/1"}


class Rules(unittest.TestCase):
    def check(self, word, refused=(), accepted=()):
        """Each of the refused breaks the one rule that speaks of the word."""
        for parameters in refused:
            with self.subTest(parameters):
                broken, = Template().with_parameters(**parameters).broken_rules()
                self.assertIn(word, broken)
        for parameters in accepted:
            with self.subTest(parameters):
                self.assertEqual(Template().with_parameters(**parameters).broken_rules(), [])

    def test_the_defaults_go_together(self):
        self.assertEqual(Template().broken_rules(), [])

    def test_a_domain_has_a_certificate_and_records_have_a_domain(self):
        self.check(
            "DomainName",
            refused=[{"DomainName": "auth.example.com"}, {"CertificateArn": DOMAIN["CertificateArn"]}, {"HostedZoneId": "Z1"}],
            accepted=[DOMAIN, DOMAIN | {"HostedZoneId": "Z1"}],
        )

    def test_a_cookie_for_other_sites_has_listed_origins(self):
        none = {"CookieSameSite": "None"}
        self.check("AllowedOrigins", refused=[none], accepted=[none | {"AllowedOrigins": "https://a.example"}])

    def test_any_origin_can_be_ruled_out(self):
        listed = {"OriginsMustBeListed": "true"}
        self.check("AllowedOrigins", refused=[listed], accepted=[listed | {"AllowedOrigins": "https://a.example"}])

    def test_an_issuer_has_an_origin_secret_or_says_that_there_is_none(self):
        issuer = {"Issuer": "https://app.example.com/auth"}
        self.check(
            "OriginSecret",
            refused=[issuer, issuer | DOMAIN],
            accepted=[issuer | {"OriginSecret": SECRET}, issuer | {"OriginSecret": "none"}, DOMAIN, {"OriginSecret": SECRET}],
        )

    def test_a_next_origin_secret_has_one_to_follow(self):
        following = {"OriginSecretNext": SECRET}
        self.check(
            "OriginSecretNext needs",
            refused=[following, following | {"OriginSecret": "none"}],
            accepted=[following | {"OriginSecret": SECRET[::-1]}, {"OriginSecretNext": "none"}],
        )

    def test_an_id_and_its_secret_go_together(self):
        returns = {"OAuthReturnUrls": PROVIDER["OAuthReturnUrls"]}
        for provider in ("Google", "Github", "Facebook", "X", "Oidc"):
            app = {f"{provider}ClientId": "an-id", f"{provider}ClientSecret": "a-secret"}
            app |= {"OidcIssuer": "https://issuer.example.com"} if provider == "Oidc" else {}
            lone = [{name: value for name, value in app.items() if name != f"{provider}Client{part}"} for part in ("Id", "Secret")]
            # Without its id, the issuer lacks one, too.
            lone = lone[1:] if provider == "Oidc" else lone
            self.check(f"{provider}ClientSecret", refused=[returns | one for one in lone], accepted=[returns | app])

    def test_an_issuer_of_openid_connect_has_an_app_and_a_github_server_too(self):
        issuer, server = {"OidcIssuer": "https://issuer.example.com"}, {"GithubUrl": "https://github.example.com"}
        oidc = {"OidcClientId": "an-id", "OidcClientSecret": "a-secret", "OAuthReturnUrls": PROVIDER["OAuthReturnUrls"]}
        self.check("OidcIssuer", refused=[issuer, oidc], accepted=[issuer | oidc])
        self.check("GithubUrl", refused=[server], accepted=[server | PROVIDER])

    def test_a_provider_has_a_page_to_return_to(self):
        app = {name: value for name, value in PROVIDER.items() if name != "OAuthReturnUrls"}
        self.check("OAuthReturnUrls", refused=[app], accepted=[PROVIDER, {"OAuthReturnUrls": PROVIDER["OAuthReturnUrls"]}])

    def test_a_mail_server_and_its_url_go_together(self):
        smtp, url = {"MailTransport": "smtp"}, {"SmtpUrl": "smtps://smtp.example.com"}
        self.check("SmtpUrl", refused=[MAIL | smtp, MAIL | url], accepted=[MAIL, MAIL | smtp | url, smtp, url])

    def test_an_address_is_verified_by_mail(self):
        verified = [{"EmailVerification": level} for level in ("on", "required")]
        accepted = [{"EmailVerification": level} for level in ("off", "default")]
        self.check("MailFrom", refused=verified, accepted=[*accepted, *(MAIL | one for one in verified + accepted)])

    def test_domains_of_addresses_count_if_they_are_proved(self):
        domains, proved = {"AllowedEmailDomains": "example.com,*.example.org"}, MAIL | {"EmailVerification": "required"}
        self.check("EmailVerification", refused=[domains, MAIL | domains], accepted=[proved, proved | domains])

    def test_a_budget_has_somebody_to_mail(self):
        budget = {"MonthlyBudgetUsd": "50"}
        self.check("AlarmEmail", refused=[budget], accepted=[budget | {"AlarmEmail": "ops@example.com"}])


if __name__ == "__main__":
    unittest.main()
