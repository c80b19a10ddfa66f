"""What release/build wrote below LATCHKEY_DIST: zips of the programs that SAM built below LATCHKEY_BUILDS, and a template
that `sam deploy` takes, also from a deployer who has no other rights than those of docs/deployer-policy.json."""

import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest
import zipfile

from samcli.lib.bootstrap.bootstrap import _get_stack_template
from samcli.yamlhelper import yaml_parse

from support.iam import DEPLOYER_POLICY
from support.lint import complaints_about
from support.pretend_aws import PretendAws
from support.template import FUNCTIONS, REGION, ROOT, STACK_NAME, logical_id, source

DIST, BUILDS = (pathlib.Path(os.environ[name]) for name in ("LATCHKEY_DIST", "LATCHKEY_BUILDS"))
# By architecture, the machine in the header of ELF (e_machine, https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html).
MACHINES = {"arm64": 183, "x86_64": 62}
# Amazon Linux 2023 has glibc 2.34.
NEWEST_GLIBC = 34


def folder(architecture):
    return DIST / f"latchkey-{architecture}"


def packed(architecture, function):
    """The one file in a function's zip, as its entry and its bytes."""
    with zipfile.ZipFile(folder(architecture) / f"{function}.zip") as archive:
        entry, = archive.infolist()
        return entry, archive.read(entry)


class Zips(unittest.TestCase):
    def test_each_holds_the_program_that_sam_builds_for_the_architecture(self):
        for architecture, machine in MACHINES.items():
            for function in FUNCTIONS:
                with self.subTest(function, architecture=architecture):
                    entry, program = packed(architecture, function)
                    self.assertEqual((entry.filename, entry.external_attr >> 16), ("bootstrap", stat.S_IFREG | 0o755))
                    self.assertEqual((program[:4], int.from_bytes(program[18:20], "little")), (b"\x7fELF", machine))
                    built = BUILDS / architecture / logical_id(function, "Function") / "bootstrap"
                    self.assertTrue(program == built.read_bytes(), "it differs from SAM's")

    def test_each_program_finds_its_glibc_on_amazon_linux(self):
        for architecture in MACHINES:
            for function in FUNCTIONS:
                _, program = packed(architecture, function)
                versions = [int(minor) for minor in re.findall(rb"GLIBC_2\.(\d+)", program)]
                self.assertTrue(versions)
                self.assertLessEqual(max(versions), NEWEST_GLIBC, (architecture, function))

    def test_the_same_programs_give_the_same_bytes(self):
        for architecture in MACHINES:
            with self.subTest(architecture), tempfile.TemporaryDirectory() as other:
                programs, again = pathlib.Path(other, "programs"), pathlib.Path(other, folder(architecture).name)
                for function in FUNCTIONS:
                    (programs / function).mkdir(parents=True)
                    (programs / function / "bootstrap").write_bytes(packed(architecture, function)[1])
                subprocess.run([sys.executable, ROOT / "release/pack.py", architecture, programs, again], check=True)
                names = sorted(path.name for path in again.iterdir())
                self.assertEqual(names, sorted(path.name for path in folder(architecture).iterdir()))
                for path in [*again.iterdir(), again.with_name(f"{again.name}.zip")]:
                    original = DIST / path.relative_to(other)
                    self.assertTrue(path.read_bytes() == original.read_bytes(), path.name)

    def test_the_whole_folder_is_in_one_zip(self):
        for architecture in MACHINES:
            with zipfile.ZipFile(f"{folder(architecture)}.zip") as archive:
                inside = {name: archive.read(name) for name in archive.namelist()}
            there = {f"latchkey-{architecture}/{path.name}": path.read_bytes() for path in folder(architecture).iterdir()}
            self.assertEqual(inside.keys(), there.keys())
            self.assertTrue(inside == there)


class PackedTemplate(unittest.TestCase):
    maxDiff = None

    def test_it_is_the_source_with_the_zips_in_place_of_how_sam_builds_them(self):
        for architecture in MACHINES:
            expected = source()
            del expected["Globals"]["Function"]["CodeUri"]
            expected["Parameters"]["Architecture"] |= {"Default": architecture, "AllowedValues": [architecture]}
            for function in FUNCTIONS:
                resource = expected["Resources"][logical_id(function, "Function")]
                del resource["Metadata"]
                resource["Properties"]["CodeUri"] = f"{function}.zip"
            text = (folder(architecture) / "template.yaml").read_text()
            # As plain dictionaries, whose order does not count.
            self.assertEqual(*(json.loads(json.dumps(template)) for template in (yaml_parse(text), expected)))

    def test_it_is_as_clean_as_the_source(self):
        for architecture in MACHINES:
            self.assertEqual(complaints_about(folder(architecture) / "template.yaml"), "")


class Deploy(unittest.TestCase):
    def setUp(self):
        self.aws = PretendAws()
        self.addCleanup(self.aws.stop)
        self.home = tempfile.TemporaryDirectory()
        self.addCleanup(self.home.cleanup)
        # The bucket that SAM makes in its first deploy. When SAM makes it here, moto's change set loses the tags and the
        # outputs that SAM looks for, so that is not tried.
        stack = json.loads(_get_stack_template())
        bucket = {"SamCliSourceBucket": stack["Resources"]["SamCliSourceBucket"]}
        template = {"Resources": bucket, "Outputs": stack["Outputs"]}
        tags = [{"Key": "ManagedStackSource", "Value": "AwsSamCli"}]
        self.aws.make_any_stack("aws-sam-cli-managed-default", template, Tags=tags)
        self.credentials = self.aws.credentials_with(DEPLOYER_POLICY.read_text())

    def sam(self, *arguments):
        environment = {
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": self.aws.url,
            "HOME": self.home.name,
            "PATH": os.environ["PATH"],
            "SAM_CLI_TELEMETRY": "0",
        }
        here = shutil.copytree(folder("arm64"), pathlib.Path(self.home.name, "dist"), dirs_exist_ok=True)
        sam = pathlib.Path(sys.executable).with_name("sam")
        with self.aws.enforced():
            return subprocess.run([sam, *arguments], cwd=here, env=environment | self.credentials, capture_output=True, text=True)

    def test_the_deployer_deploys_the_zips_with_sam_deploy_alone(self):
        deployed = self.sam("deploy")
        self.assertEqual(deployed.returncode, 0, deployed.stdout + deployed.stderr)
        self.assertIn(f"Successfully created/updated stack - {STACK_NAME}", deployed.stdout)
        uploaded = self.uploaded()
        for function in FUNCTIONS:
            self.assertIn((folder("arm64") / f"{function}.zip").read_bytes(), uploaded.values(), function)
        # Where the policy lets the deployer write, apart from other stacks.
        self.assertEqual({key.split("/")[0] for key in uploaded}, {STACK_NAME})

    def test_the_deployer_packages_them_for_the_console(self):
        packaged = self.sam("package", "--resolve-s3", "--output-template-file", "packaged.yaml")
        self.assertEqual(packaged.returncode, 0, packaged.stdout + packaged.stderr)
        template = yaml_parse(pathlib.Path(self.home.name, "dist/packaged.yaml").read_text())
        for function in FUNCTIONS:
            uri = template["Resources"][logical_id(function, "Function")]["Properties"]["CodeUri"]
            uploaded = self.uploaded()[uri.split("/", 3)[3]]
            self.assertTrue(uploaded == (folder("arm64") / f"{function}.zip").read_bytes(), uri)

    def test_the_deployer_deploys_no_stack_of_another_name(self):
        deployed = self.sam("deploy", "--stack-name", "other")
        self.assertNotEqual(deployed.returncode, 0)
        self.assertIn("is not authorized to perform: cloudformation:", deployed.stdout + deployed.stderr)

    def uploaded(self):
        """Every object in SAM's bucket, by key."""
        s3 = self.aws.client("s3")
        bucket, = (bucket["Name"] for bucket in s3.list_buckets()["Buckets"])
        keys = [found["Key"] for found in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
        return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}


if __name__ == "__main__":
    unittest.main()
