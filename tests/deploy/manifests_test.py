#!/usr/bin/env python3
# The manifests by Kubernetes' own schema, and everything that starts the chat elsewhere against the program and each other.
import json
import os
import re
import shutil
import subprocess
import unittest
from pathlib import Path

import kubernetes_validate
import yaml

SOURCE = Path(os.environ.get("PARLEY_SOURCE") or Path(__file__).resolve().parents[2])
PROGRAM = Path(os.environ.get("PARLEY_BUILD") or SOURCE / "build" / "release") / "parley"
MANIFESTS = SOURCE / "k8s"
# Applied by nobody as it is: the first is kustomize's own, the second the reader's filled-in copy of the example.
NO_MANIFESTS = ("kustomization.yaml", "secret.yaml")
# The oldest version that is said to work, and the newest that is known here.
VERSIONS = ("1.25", kubernetes_validate.latest_version())
KINDS = ("server", "client")


def documents(path):
    return [one for one in yaml.safe_load_all(path.read_text(encoding="utf-8")) if one]


def manifests():
    return [path for path in sorted(MANIFESTS.glob("*.yaml")) if path.name not in NO_MANIFESTS]


def resources():
    """Everything in k8s but the kustomization, by kind and name."""
    return {(one["kind"], one["metadata"]["name"]): one for path in manifests() for one in documents(path)}


def environment_of(command):
    """Whatever the help names; keys have no flag of their own, since everyone would see it in the list of processes."""
    shown = subprocess.run([PROGRAM, command, "--help"], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", shown))


def references(container, kind):
    """What the container's variables refer to: configMapKeyRef or secretKeyRef."""
    return [one["valueFrom"][kind] for one in container["env"] if kind in one.get("valueFrom", {})]


def compose():
    return documents(SOURCE / "compose.yaml")[0]


def recipe(kind):
    """The Dockerfile's instructions, without comments and with continued lines joined."""
    text = re.sub(r"^#.*\n", "", (SOURCE / f"Dockerfile.{kind}").read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [line for line in re.sub(r"\\\n\s*", "", text).splitlines() if line]


def stages(kind):
    lines = recipe(kind)
    starts = [number for number, line in enumerate(lines) if line.startswith("FROM ")] + [len(lines)]
    return [lines[begin:end] for begin, end in zip(starts, starts[1:])]


def instruction(kind, name):
    """The last instruction of that name in the image's own stage."""
    return [line.removeprefix(name).strip() for line in stages(kind)[-1] if line.startswith(name + " ")][-1]


def image_environment(kind):
    return dict(pair.split("=", 1) for pair in instruction(kind, "ENV").split())


class every_manifest(unittest.TestCase):
    def test_keeps_the_schema_strictly(self):
        for name, one in resources().items():
            for version in VERSIONS:
                with self.subTest(resource=name, version=version):
                    kubernetes_validate.validate(one, version, strict=True)

    def test_has_a_name_of_its_own(self):
        self.assertEqual(sum(len(documents(path)) for path in manifests()), len(resources()))

    def test_is_applied_by_the_kustomization_except_the_secret(self):
        listed = documents(MANIFESTS / "kustomization.yaml")[0]["resources"]
        self.assertEqual({path.name for path in manifests()} - {"secret.example.yaml"}, set(listed))
        self.assertEqual(len(listed), len(set(listed)))

    def test_survives_kustomize(self):
        kubectl = shutil.which("kubectl")
        if not kubectl:
            self.skipTest("no kubectl here")
        made = subprocess.run([kubectl, "kustomize", MANIFESTS], capture_output=True, text=True)
        self.assertEqual(0, made.returncode, made.stderr)
        rendered = [one for one in yaml.safe_load_all(made.stdout) if one]
        applied = {name for name in resources() if name[0] != "Secret"}
        self.assertEqual(applied, {(one["kind"], one["metadata"]["name"]) for one in rendered})
        for one in rendered:
            kubernetes_validate.validate(one, VERSIONS[-1], strict=True)


class deployment_rules:
    """What holds for either deployment; `kind` says which one it is."""

    def setUp(self):
        self.deployment = resources()["Deployment", f"rocketmq-{self.kind}"]
        self.template = self.deployment["spec"]["template"]
        self.pod = self.template["spec"]
        self.container, = self.pod["containers"]
        self.variables = {one["name"]: one for one in self.container["env"]}

    def test_is_what_its_service_selects(self):
        label = {"app": f"rocketmq-{self.kind}"}
        service = resources()["Service", f"rocketmq-{self.kind}-service"]
        for labels in (self.deployment["metadata"]["labels"], self.deployment["spec"]["selector"]["matchLabels"],
                       self.template["metadata"]["labels"], service["metadata"]["labels"], service["spec"]["selector"]):
            self.assertEqual(label, labels)
        self.assertEqual("ClusterIP", service["spec"]["type"])
        self.assertEqual([{"name": "ops", "port": 8080, "targetPort": "ops"}], service["spec"]["ports"])
        self.assertEqual([{"name": "ops", "containerPort": 8080}], self.container["ports"])

    def test_is_probed_where_it_listens(self):
        ops = self.variables["CHAT_OPS"]["value"]
        ports = {one["name"]: one["containerPort"] for one in self.container["ports"]}
        for probe, path in {"startupProbe": "/health", "livenessProbe": "/health", "readinessProbe": "/ready"}.items():
            asked = self.container[probe]["httpGet"]
            self.assertEqual((path, f"0.0.0.0:{ports[asked['port']]}"), (asked["path"], ops))
        self.assertEqual(ops, image_environment(self.kind)["CHAT_OPS"])
        self.assertEqual("8080", instruction(self.kind, "EXPOSE"))

    def test_runs_the_image_that_the_kustomization_changes(self):
        self.assertEqual(f"harbor.trevi-dev.cc/cpp_run/rocketmq-{self.kind}:{self.tag}", self.container["image"])
        changed = {one["name"]: one for one in documents(MANIFESTS / "kustomization.yaml")[0]["images"]}
        name, _, tag = self.container["image"].rpartition(":")
        self.assertEqual((name, tag), (changed[name]["newName"], changed[name]["newTag"]))
        for secret in self.pod["imagePullSecrets"]:
            logins = json.loads(resources()["Secret", secret["name"]]["stringData"][".dockerconfigjson"])
            self.assertIn(name.split("/")[0], logins["auths"])

    def test_starts_what_the_image_starts(self):
        self.assertEqual(json.loads(instruction(self.kind, "CMD")), self.container["command"])

    def test_asks_for_little(self):
        self.assertEqual({"requests": {"memory": "128Mi", "cpu": "100m"}, "limits": {"memory": "256Mi", "cpu": "200m"}},
                         self.container["resources"])

    def test_sets_each_variable_once_and_only_what_the_program_reads(self):
        self.assertEqual(len(self.container["env"]), len(self.variables))
        self.assertEqual(set(), set(self.variables) - environment_of(self.kind))

    def test_says_which_pod_it_is(self):
        for name, field in (("POD_NAME", "metadata.name"), ("POD_NAMESPACE", "metadata.namespace")):
            self.assertEqual(field, self.variables[name]["valueFrom"]["fieldRef"]["fieldPath"])

    def test_refers_to_keys_that_exist(self):
        for reference in references(self.container, "configMapKeyRef"):
            self.assertIn(reference["key"], resources()["ConfigMap", reference["name"]]["data"])
        for reference in references(self.container, "secretKeyRef"):
            self.assertIn(reference["key"], resources()["Secret", reference["name"]]["stringData"])
            self.assertTrue(reference["optional"], "kustomization.yaml brings no secret")

    def test_may_do_as_little_as_possible(self):
        whole = self.pod["securityContext"]
        self.assertTrue(whole["runAsNonRoot"])
        self.assertEqual(instruction(self.kind, "USER"), f"{whole['runAsUser']}:{whole['runAsGroup']}")
        self.assertEqual({"type": "RuntimeDefault"}, whole["seccompProfile"])
        self.assertEqual({"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}},
                         self.container["securityContext"])
        self.assertFalse(self.pod["automountServiceAccountToken"])


class the_servers_deployment(deployment_rules, unittest.TestCase):
    kind, tag = "server", "v4"

    def test_has_the_file_to_itself(self):
        spec = self.deployment["spec"]
        self.assertEqual((1, "Recreate"), (spec["replicas"], spec["strategy"]["type"]))
        (volume,), (mount,) = self.pod["volumes"], self.container["volumeMounts"]
        self.assertEqual(volume["name"], mount["name"])
        self.assertIn(("PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"]), resources())
        self.assertEqual(self.pod["securityContext"]["runAsGroup"], self.pod["securityContext"]["fsGroup"])
        database = self.variables["CHAT_DB"]["value"]
        self.assertEqual((mount["mountPath"], mount["mountPath"]), (str(Path(database).parent), instruction("server", "VOLUME")))
        self.assertEqual(database, image_environment("server")["CHAT_DB"])


class the_clients_deployment(deployment_rules, unittest.TestCase):
    kind, tag = "client", "v2"


class what_both_share(unittest.TestCase):
    def test_is_read_by_one_of_them(self):
        containers = [resources()["Deployment", f"rocketmq-{kind}"]["spec"]["template"]["spec"]["containers"][0] for kind in KINDS]
        read = {reference["key"] for one in containers for reference in references(one, "configMapKeyRef")}
        self.assertEqual(set(resources()["ConfigMap", "rocketmq-chat"]["data"]), read)

    def test_is_one_network_policy(self):
        policy = resources()["NetworkPolicy", "rocketmq-chat"]["spec"]
        self.assertEqual([{"key": "app", "operator": "In", "values": [f"rocketmq-{kind}" for kind in KINDS]}],
                         policy["podSelector"]["matchExpressions"])
        self.assertEqual([8080], [port["port"] for rule in policy["ingress"] for port in rule["ports"]])
        name_server = resources()["ConfigMap", "rocketmq-chat"]["data"]["ROCKETMQ_NAMESERVER"]
        self.assertIn(int(name_server.rpartition(":")[2]), [port["port"] for rule in policy["egress"] for port in rule["ports"]])


class the_images(unittest.TestCase):
    def test_share_their_build_stage(self):
        self.assertEqual(stages("server")[0], stages("client")[0])

    def test_copy_and_start_what_was_built(self):
        for kind in KINDS:
            with self.subTest(kind=kind):
                build, image = stages(kind)
                self.assertIn("strip build/release/parley", build[-1])
                self.assertIn("COPY --from=build /src/build/release/parley /app/", image)
                self.assertIn(f"ln -s parley /app/{kind}", " ".join(image))
                self.assertEqual("/app", instruction(kind, "WORKDIR"))
                self.assertEqual(f"./{kind}", json.loads(instruction(kind, "CMD"))[0])

    def test_set_only_what_the_program_reads(self):
        for kind in KINDS:
            with self.subTest(kind=kind):
                self.assertEqual({"PATH"}, set(image_environment(kind)) - environment_of(kind))

    def test_get_every_source_and_no_build_folder(self):
        rules = (SOURCE / ".dockerignore").read_text(encoding="utf-8").split("\n")
        self.assertIn("*", rules)
        for name in ("CMakeLists.txt", "CMakePresets.json", "cmake", "include", "src"):
            self.assertIn(f"!{name}", rules)

    def test_build_with_the_libraries_that_the_setup_installs_and_arm64_is_tried_with(self):
        built_with = libraries(" ".join(stages("server")[0]))
        self.assertEqual(libraries(packages_of("setup")) - {"dpkg-dev", "libclang-rt-19-dev", "libgtest-dev", "libgmock-dev"}, built_with)
        self.assertEqual(libraries(packages_of("arm64-sysroot")) - {"libc6-dev", "libstdc++-12-dev"}, built_with)


def packages_of(script):
    """What a script calls its packages."""
    text = (SOURCE / "scripts" / script).read_text(encoding="utf-8")
    return re.search(r"^packages=\((.*?)^\)", text, re.MULTILINE | re.DOTALL).group(1)


def libraries(text):
    return {*re.findall(r"(?<!\S)[a-z][\w.+-]*-dev(?!\S)", text)}


class compose_yaml(unittest.TestCase):
    def test_starts_apaches_rocketmq_of_the_version_that_is_tested(self):
        tested = re.search(r'^VERSION = "([\d.]+)"', (SOURCE / "scripts" / "rocketmq").read_text(encoding="utf-8"), re.MULTILINE)
        for name in ("namesrv", "broker"):
            self.assertEqual(f"apache/rocketmq:{tested.group(1)}", compose()["services"][name]["image"])

    def test_builds_and_starts_ours(self):
        for kind in KINDS:
            service = compose()["services"][kind]
            self.assertTrue((SOURCE / service["build"]["dockerfile"]).exists())
            self.assertEqual(set(), set(service["environment"]) - environment_of(kind))
            self.assertTrue(service["read_only"])

    def test_refers_to_services_and_volumes_that_exist(self):
        whole = compose()
        for name, service in whole["services"].items():
            with self.subTest(service=name):
                self.assertLessEqual(set(service.get("depends_on", [])), set(whole["services"]))
                for volume in service.get("volumes", []):
                    source, target = volume.split(":")
                    self.assertIn(source, whole["volumes"])
                    self.assertEqual(instruction("server", "VOLUME"), target)
                settings = service.get("environment", {})
                address = settings.get("ROCKETMQ_NAMESERVER") or settings.get("NAMESRV_ADDR")
                if address:
                    self.assertIn(address.split(":")[0], whole["services"])


if __name__ == "__main__":
    unittest.main()
