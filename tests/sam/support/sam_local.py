"""What `sam local invoke` would start a function with, as SAM CLI itself works it out."""

import os
from unittest import mock

from samcli.commands.local.lib.local_lambda import LocalLambdaRunner
from samcli.lib.providers.sam_function_provider import SamFunctionProvider
from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider

from support.template import REGION, ROOT, logical_id


# SAM CLI hands the shell's on.
CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


def environment(function, **parameters):
    """The environment of the function's container, for these parameters and the shell's credentials."""
    stacks, _ = SamLocalStackProvider.get_stacks(str(ROOT / "template.yaml"), parameter_overrides=parameters)
    provider = SamFunctionProvider(stacks)
    runner = LocalLambdaRunner(
        local_runtime=None,
        function_provider=provider,
        cwd=str(ROOT),
        real_path=str(ROOT),
        aws_profile=None,
        aws_region=REGION,
        env_vars_values={},
        debug_context=None,
    )
    # Otherwise the shell's variables win over the template's.
    credentials = {name: os.environ[name] for name in CREDENTIALS if name in os.environ}
    with mock.patch.dict(os.environ, credentials, clear=True):
        return runner._make_env_vars(provider.get(logical_id(function, "Function"))).resolve()
