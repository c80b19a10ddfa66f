"""What a number of people asks of each part in their busiest second, and how much that is of what the part lets through."""

import collections
import dataclasses

import model

DAY_SECONDS = 86_400
POPULATIONS = {1_000: "1 thousand", 1_000_000: "1 million", 1_000_000_000: "1 billion"}
# A signer reads both halves of the key set in one transaction, which counts twice; `me` reads the public half.
SIGNER_KEY_READS, ME_KEY_READS = 2, 1


@dataclasses.dataclass(frozen=True)
class Part:
    """Something that can be full."""

    title: str
    limit: int
    shown_limit: str
    demand: float

    def share(self):
        return self.demand / self.limit


def rates(people, use):
    """Requests of each kind in the busiest second."""
    second = people * use.peak / DAY_SECONDS
    logins = second * use.active * use.logins
    known, wrong = 1 - use.new_address, use.wrong_password
    return {
        model.SIGNUP: second * use.signups,
        model.LOGIN: logins * known * (1 - wrong),
        model.LOGIN_WRONG: logins * known * wrong,
        model.LOGIN_NEW: logins * use.new_address * (1 - wrong),
        model.LOGIN_NEW_WRONG: logins * use.new_address * wrong,
        model.ME: second * use.active * use.mes,
    }


class Load:
    """What the busiest second asks: requests and functions at once, by function, and units read and written, by table."""

    def __init__(self, people, use):
        self.requests, self.at_once = collections.Counter(), collections.Counter()
        self.reads, self.writes = collections.Counter(), collections.Counter()
        for request, rate in rates(people, use).items():
            self.requests[request.function] += rate
            self.at_once[request.function] += rate * request.milliseconds() / 1000
            for table, units in request.reads.items():
                self.reads[table] += rate * units
            for table, units in request.writes.items():
                self.writes[table] += rate * units


def parts(people, use):
    """Every part, with what is asked of it."""
    load = Load(people, use)
    signers = load.at_once["signup"] + load.at_once["login"]
    signing_key_reads = signers * SIGNER_KEY_READS / model.KEYS_MAX_AGE_SECONDS
    public_key_reads = signing_key_reads + load.at_once["me"] * ME_KEY_READS / model.KEYS_MAX_AGE_SECONDS

    def throttle(title, name, demand):
        return Part(f"API Gateway, {title}", model.PARAMETERS[name], f"{model.PARAMETERS[name]:,} (`{name}`)", demand)

    def quota(title, quota, demand, note=""):
        return Part(title, quota.value, quota.linked() + note, demand)

    return [
        throttle("sign-ups", "SignupThrottle", load.requests["signup"]),
        throttle("log-ins", "LoginThrottle", load.requests["login"]),
        throttle("`/auth/me`", "DefaultThrottle", load.requests["me"]),
        quota("API Gateway, all requests of the account", model.GATEWAY_REQUESTS, load.requests.total()),
        quota("Lambda, functions at once", model.LAMBDA_AT_ONCE, load.at_once.total()),
        quota("Lambda, functions at once", model.LAMBDA_AT_ONCE_NEW, load.at_once.total(), " in a new account"),
        quota("Lambda, requests", model.LAMBDA_REQUESTS, load.requests.total()),
        quota("Lambda, requests", model.LAMBDA_REQUESTS_NEW, load.requests.total(), " in a new account"),
        quota("Users, units read", model.TABLE_UNITS, load.reads["Users"]),
        quota("Credentials, units read", model.TABLE_UNITS, load.reads["Credentials"]),
        quota("Attempts, units read", model.TABLE_UNITS, load.reads["Attempts"]),
        quota("Attempts, units written", model.TABLE_UNITS, load.writes["Attempts"]),
        quota("the item of SigningKeys, units read", model.PARTITION_READS, signing_key_reads),
        quota("the item of PublicKeys, units read", model.PARTITION_READS, public_key_reads),
        quota("KMS, `Decrypt`", model.KMS_DECRYPTS, signers / model.KEYS_MAX_AGE_SECONDS),
        quota("CloudWatch Logs, calls, were each line one", model.LOG_CALLS, load.requests.total()),
    ]


def people_that_fill(part, people):
    """How many people fill a part of which so many ask so much. All of this is in proportion."""
    return people / part.share()


def hot_items():
    """Items that all attempts of an attack meet: what it is, whose attempts, the units of each attempt, what the one
    partition that an item is on lets through, and how many attempts a second every throttle together does."""
    logins, signups = (model.PARAMETERS[name] * model.ROUTES[name] for name in ("LoginThrottle", "SignupThrottle"))
    writes, reads = model.PARTITION_WRITES, model.PARTITION_READS
    return [
        ("`account#…`, the counter of an account", "on it, from addresses it does not know", "1 written", writes, logins),
        ("the account's item in Credentials", "on it", "1 read", reads, logins),
        ("`pair#…`, the counter of an account and an address", "on it, from there", "1 written", writes, logins),
        ("`address#…`, the failures of an address", "from there", "1 read", reads, logins),
        ("`signup#…`, the new accounts of an address", "from there", "1 written, 1 more if it fails", writes, signups),
    ]


def settings(people, use):
    """What to set for so many people: `DefaultThrottle` and its share in their busiest second, `RequestsAlarm` and its share
    in their busiest five minutes."""
    load = Load(people, use)
    throttle = max(model.PARAMETERS["DefaultThrottle"], people // model.USERS_FOR_A_REQUEST_A_SECOND)
    alarm = max(model.PARAMETERS["RequestsAlarm"], people // model.USERS_FOR_A_REQUEST_OF_THE_ALARM)
    return throttle, load.requests["me"] / throttle, alarm, load.requests.total() * model.ALARM_SECONDS / alarm


def floods():
    """What somebody can fill for a day: a name, requests in that day, and what they cost at most, in dollars."""
    price, throttle = model.DOLLARS_A_MILLION, model.PARAMETERS["DefaultThrottle"]
    below_alarm = model.PARAMETERS["RequestsAlarm"] / model.ALARM_SECONDS
    rates = [
        ("`GET /auth/me`", throttle, price["`me`"]),
        ("the same with `DefaultThrottle` at 1,000", 1000, price["`me`"]),
        ("`POST /auth/refresh`, as a user who has ten sessions", throttle, largest("refresh", 1)),
        ("`POST /auth/logout`, with two tokens of such a user", throttle, largest("log-out", 2)),
        ("every route of log-in", model.PARAMETERS["LoginThrottle"] * model.ROUTES["LoginThrottle"], price["log-in"]),
        ("every route of sign-up", model.PARAMETERS["SignupThrottle"] * model.ROUTES["SignupThrottle"], price["sign-up"]),
        ("`RequestsAlarm`, just below it, by `me`", below_alarm, price["`me`"]),
        ("the same by log-outs", below_alarm, largest("log-out", 2)),
    ]
    for name, rate, dollars in rates:
        requests = rate * DAY_SECONDS
        yield name, requests, requests / 1e6 * dollars


def largest(request, writes):
    """What a million requests cost that write to a user's largest item so many times, in place of once to a small one."""
    return model.DOLLARS_A_MILLION[request] + (writes * model.UNITS_OF_LARGEST_USER - 1) * model.DOLLARS_A_MILLION_WRITE_UNITS


def full_throttles():
    """Per throttle: its name, requests a second to one of its routes, functions at once, and those while DynamoDB does
    not answer and each request waits for as long as one call may take."""
    slowest = {"SignupThrottle": model.SIGNUP, "LoginThrottle": model.LOGIN_NEW_WRONG, "DefaultThrottle": model.ME}
    for name, request in slowest.items():
        rate = model.PARAMETERS[name]
        yield name, rate, rate * request.milliseconds() / 1000, rate * model.CALL_TIMEOUT_SECONDS
