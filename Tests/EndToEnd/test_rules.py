"""What validate tells of a project: text, JSON, SARIF, annotations, and the exit code that --fail-on asks for."""

import os
import subprocess

import pytest

PROJECT = """cooper: 1
name: acme
connections: { aws: { type: aws, region: eu-west-1 } }
buckets:
"""


def buckets(count):
    return PROJECT + "".join(f"  data-{index}: {{ connection: aws }}\n" for index in range(count))


def test_equal_findings_are_told_once_in_text_and_each_in_json(project):
    project.write(buckets(40))
    told = project.cooper("validate").expect(0)
    assert told.stderr.count("RUL0020") == 1
    assert "and 39 more: buckets.data-1, " in told.stderr
    listed = project.cooper("validate", "--format", "json").expect(0).json
    assert sum(finding["code"] == "RUL0020" for finding in listed) == 40
    assert {finding["address"] for finding in listed} == {f"buckets.data-{index}" for index in range(40)}


def test_plan_does_not_tell_guards(project):
    project.write(buckets(1).replace("type: aws, region: eu-west-1", "type: local, root: data"))
    assert "RUL" not in project.cooper("plan").expect(0).stderr


@pytest.mark.parametrize("bar, code", [("error", 0), ("warning", 65), ("note", 65)])
def test_fail_on(project, bar, code):
    project.write(buckets(1))
    project.cooper("validate", "--fail-on", bar).expect(code)


def test_a_rule_made_an_error_ends_every_command(project):
    project.write(buckets(1) + "rules: { public-access: error }\n")
    project.cooper("validate").expect(65)
    project.cooper("plan").expect(65)


def test_sarif_has_what_the_standard_requires(project):
    project.write(buckets(2))
    log = project.cooper("validate", "--format", "sarif").expect(0).json
    assert log["version"] == "2.1.0" and len(log["runs"]) == 1
    driver = log["runs"][0]["tool"]["driver"]
    assert driver["name"] == "Cooper"
    rules = driver["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert all(rule["help"]["text"] and rule["help"]["markdown"] and rule["shortDescription"]["text"] for rule in rules)
    results = log["runs"][0]["results"]
    assert len(results) == 6
    for result in results:
        assert result["level"] in ("none", "note", "warning", "error")
        assert result["message"]["text"]
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert not place["artifactLocation"]["uri"].startswith("/")
        region = place["region"]
        assert 1 <= region["startLine"] <= region["endLine"]


def test_annotations_start_at_the_repository(project):
    project.write(buckets(1))
    above, name = os.path.split(project.directory)
    assert "::warning file=cooper.yaml,line=5," in project.cooper("validate", "--format", "github").expect(0).stdout
    subprocess.run(["git", "init", "-q", above], check=True)
    text = project.cooper("validate", "--format", "github").expect(0).stdout
    assert f"::warning file={name}/cooper.yaml,line=5,col=3," in text
    sarif = project.cooper("validate", "--format", "sarif").expect(0).json
    place = sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place["uri"] == f"{name}/cooper.yaml"


def test_a_rule_is_explained_by_its_name(project):
    text = project.cooper("explain", "public-access").expect(0).stdout
    assert "RUL0020" in text and "told by validate" in text
