"""`cooper graph` as other programs read it: Graphviz draws the DOT, and the picture is SVG."""

import os
import stat
import subprocess
import xml.etree.ElementTree as xml

from support.processes import minimal_environment

PROJECT = """\
cooper: 1
name: drawn
connections:
  here: { type: local, root: data }
  spare: { type: local, root: spare }
buckets:
  one: { connection: here, bucketName: first-one }
  two: { connection: here, origin: existing }
"""


def test_graphviz_reads_the_dot_and_draws_it(make_project):
    project = make_project(PROJECT, {})
    done = project.cooper("graph", "--format", "dot").expect(0)
    checked = subprocess.run(["dot", "-Tplain"], input=done.stdout, capture_output=True, text=True, timeout=60)
    assert checked.returncode == 0, checked.stderr
    assert sum(line.startswith("node ") for line in checked.stdout.splitlines()) == 3
    picture = project.cooper("graph", "--format", "svg").expect(0).stdout
    root = xml.fromstring(picture)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    texts = {element.text for element in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"buckets.one", "first-one", "buckets.two", "connections.spare"} <= texts
    assert project.cooper("graph").expect(0).stdout == project.cooper("graph").expect(0).stdout


def test_focus_leaves_the_others_out(make_project):
    project = make_project(PROJECT, {})
    drawn = project.cooper("graph", "--focus", "buckets.one").expect(0).stdout
    assert "buckets.one" in drawn and "buckets.two" not in drawn and "spare" not in drawn
    project.cooper("graph", "--focus", "buckets.on").expect(64).mentions("buckets.one")


def test_colours_of_a_plan(make_project):
    project = make_project(PROJECT.replace("origin: existing", "tags: {}"), {})
    project.cooper("plan", "--out", project.path("plan.json")).expect(0)
    assert ":::create" in project.cooper("graph", "--plan", project.path("plan.json")).expect(0).stdout


def test_without_graphviz_it_says_what_to_install(make_project, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    project = make_project(PROJECT, {"PATH": str(empty)})
    project.cooper("graph", "--format", "svg").expect(1).mentions("Graphviz", "apt-get install graphviz", "--format dot")


def test_a_graphviz_that_fails_is_an_error(make_project, tmp_path):
    broken = tmp_path / "broken"
    broken.mkdir()
    dot = broken / "dot"
    dot.write_text("#!/bin/sh\nexit 3\n")
    dot.chmod(dot.stat().st_mode | stat.S_IEXEC)
    project = make_project(PROJECT, {"PATH": str(broken)})
    done = project.cooper("graph", "--format", "svg").expect(1)
    assert done.stdout == ""
    done.mentions("dot ended with 3")


def test_completion_scripts_know_the_commands(binary, tmp_path):
    """The scripts are read by the shells themselves where they are installed."""
    environment = minimal_environment(HOME=str(tmp_path))
    for shell in ("bash", "zsh", "fish"):
        done = subprocess.run([binary, "completion", shell], capture_output=True, text=True, env=environment, timeout=60)
        assert done.returncode == 0
        for command in ("fmt", "graph", "explain", "secrets", "import"):
            assert command in done.stdout, f"{shell}: {command}"
        script = tmp_path / f"cooper.{shell}"
        script.write_text(done.stdout)
        if any(os.access(os.path.join(place, shell), os.X_OK) for place in os.environ["PATH"].split(":")):
            checked = subprocess.run([shell, "-n", str(script)], capture_output=True, text=True, timeout=60)
            assert checked.returncode == 0, checked.stderr


def test_bash_completes_the_new_commands(binary, tmp_path):
    script = tmp_path / "cooper.bash"
    script.write_text(subprocess.run([binary, "completion", "bash"], capture_output=True, text=True).stdout)

    def completed(*words):
        line = " ".join(words)
        done = subprocess.run(
            ["bash", "-c", f"""
source {script}
COMP_WORDS=({line!s} ""); COMP_CWORD={len(words)}; COMP_LINE="{line} "; COMP_POINT=${{#COMP_LINE}}
_cooper cooper "" "{words[-1]}"
printf '%s\\n' "${{COMPREPLY[@]}}\""""],
            capture_output=True, text=True, env=minimal_environment(PATH=f"{os.path.dirname(binary)}:{os.environ['PATH']}"),
            timeout=60,
        )
        return done.stdout.split(), done.stderr

    words, errors = completed("cooper")
    assert {"fmt", "graph", "explain"} <= set(words), errors
    words, errors = completed("cooper", "graph")
    assert {"--format", "--focus", "--plan"} <= set(words), errors
    words, errors = completed("cooper", "graph", "--format")
    assert {"mermaid", "dot", "svg"} <= set(words), errors
