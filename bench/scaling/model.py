"""What is assumed of people, what a request costs, and what AWS lets through. Every number of docs/scaling.md follows
from these; tests/sam/test_scaling.py holds them to where they come from.
"""

import dataclasses

# Parameters of template.yaml, at their defaults.
PARAMETERS = {
    "SignupThrottle": 20,
    "LoginThrottle": 50,
    "AccountThrottle": 20,
    "DefaultThrottle": 100,
    "RequestsAlarm": 10000,
    "LimitPair": "10/900",
    "LimitAccount": "100/3600",
    "LimitAddress": "300/900",
}
# On how many routes a throttle of its own stands, on each by itself.
ROUTES = {"SignupThrottle": 4, "LoginThrottle": 2, "AccountThrottle": 9}

# What docs/scaling.md says to set, if it is more than the default: a share of the number of users.
USERS_FOR_A_REQUEST_A_SECOND, USERS_FOR_A_REQUEST_OF_THE_ALARM = 1000, 5
ALARM_SECONDS = 300
# docs/operations.md, "What it costs": a million requests, those of log-in from a new address. Refresh and log-out are of a
# user whose item is one unit.
DOLLARS_A_MILLION = {"sign-up": 6.30, "log-in": 5.66, "`me`": 1.97, "refresh": 2.61, "log-out": 2.46}
DOLLARS_A_MILLION_WRITE_UNITS = 0.625
# What one write to a user costs who has ten sessions, in units: 2,601 bytes.
UNITS_OF_LARGEST_USER = 3

# https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
MEGABYTES_OF_A_PROCESSOR = 1769
# A log-out is too rare to matter, so `sessions` is left out.
MEMORY_MEGABYTES = {"signup": 1769, "login": 1769, "me": 256}
# Measured: docs/operations.md, "Memory".
PROCESSOR_MILLISECONDS = {"signup": 32, "login": 32, "me": 1}
# Measured with `cargo dev`: what a refused log-in takes besides its wait is 0.4 ms in the median of 396.
REFUSED_PROCESSOR_MILLISECONDS = 1
# Assumed: AWS speaks of single-digit milliseconds.
WAIT_MILLISECONDS = 10
# shared/src/store/client.rs: how long a call to DynamoDB may take in all.
CALL_TIMEOUT_SECONDS = 3
# shared/src/keys/mod.rs: how old a key set in memory may grow.
KEYS_MAX_AGE_SECONDS = 300


@dataclasses.dataclass(frozen=True)
class Use:
    """What people do. Shares are of 1."""

    active: float = 0.3
    logins: float = 1
    new_address: float = 0.1
    wrong_password: float = 0.05
    mes: float = 20
    signups: float = 0.001
    peak: float = 5

    def described(self):
        return [
            ("people of all who come on a day", f"{self.active:.0%}"),
            ("log-ins of each of them on that day (a token lasts 24 hours)", f"{self.logins:g}"),
            ("of these, from an address that the account does not know", f"{self.new_address:.0%}"),
            ("of these, with a wrong password", f"{self.wrong_password:.0%}"),
            ("requests of each of them to `/auth/me` on that day", f"{self.mes:g}"),
            ("sign-ups on a day, of all people", f"{self.signups:.1%}"),
            ("the busiest second, over the mean of the day", f"{self.peak:g}"),
        ]


@dataclasses.dataclass(frozen=True, eq=False)
class Request:
    """One kind of request: which function, how often it waits for DynamoDB, and the units it reads and writes."""

    title: str
    function: str
    waits: int
    reads: dict
    writes: dict
    is_refused: bool = False

    def milliseconds(self):
        processor = REFUSED_PROCESSOR_MILLISECONDS if self.is_refused else PROCESSOR_MILLISECONDS[self.function]
        share = MEMORY_MEGABYTES[self.function] / MEGABYTES_OF_A_PROCESSOR
        return processor / share + self.waits * WAIT_MILLISECONDS


SIGNUP = Request("sign-up", "signup", 2, {"Attempts": 1}, {"Attempts": 1, "Users": 2, "Credentials": 2})
_ADMISSION = {"Credentials": 1, "Attempts": 1}
# Users is read while Argon2 runs, so nobody waits for it.
_READS = _ADMISSION | {"Users": 1}
LOGIN = Request("log-in, known address", "login", 1, _READS, {"Attempts": 1})
LOGIN_NEW = Request("log-in, new address", "login", 3, _READS, {"Attempts": 2, "Credentials": 1})
LOGIN_SESSION = Request("log-in with a session, known address", "login", 2, _READS, {"Attempts": 1, "Users": 1})
LOGIN_WRONG = Request("log-in, known address, wrong password", "login", 2, _READS, {"Attempts": 2})
LOGIN_NEW_WRONG = Request("log-in, new address, wrong password", "login", 3, _READS, {"Attempts": 3})
REFUSED = Request("refused for its pair or address", "login", 1, _ADMISSION, {"Attempts": 1}, True)
REFUSED_FOR_ACCOUNT = Request("refused for its account", "login", 2, _ADMISSION, {"Attempts": 2}, True)
ME = Request("`/auth/me`", "me", 1, {"Users": 1}, {})
REQUESTS = [SIGNUP, LOGIN, LOGIN_NEW, LOGIN_SESSION, LOGIN_WRONG, LOGIN_NEW_WRONG, REFUSED, REFUSED_FOR_ACCOUNT, ME]


@dataclasses.dataclass(frozen=True)
class Quota:
    """A default of AWS, a second unless its title says otherwise, and the page that says so."""

    value: int
    page: str

    def linked(self):
        return f"[{self.value:,}]({self.page})"


_LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/"
_DYNAMODB = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"
GATEWAY_REQUESTS = Quota(10_000, "https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html")
LAMBDA_AT_ONCE = Quota(1_000, _LAMBDA + "gettingstarted-limits.html")
LAMBDA_AT_ONCE_NEW = Quota(10, _LAMBDA + "gettingstarted-limits.html")
# Ten times what may run at once.
LAMBDA_REQUESTS = Quota(10_000, _LAMBDA + "lambda-concurrency.html")
LAMBDA_REQUESTS_NEW = Quota(100, _LAMBDA + "lambda-concurrency.html")
LAMBDA_STARTS_IN_10_SECONDS = Quota(1_000, _LAMBDA + "scaling-behavior.html")
TABLE_UNITS = Quota(40_000, _DYNAMODB + "on-demand-capacity-mode.html")
PARTITION_WRITES = Quota(1_000, _DYNAMODB + "warm-throughput-scenarios.html")
PARTITION_READS = Quota(3_000, _DYNAMODB + "warm-throughput-scenarios.html")
KMS_DECRYPTS = Quota(10_000, "https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html")
LOG_CALLS = Quota(5_000, "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html")
