"""The command for the quality control of a detector."""

from pathlib import Path
from typing import Annotated

import typer

from console.assemble import Addresses
from console.commands.options import STOPPING, DetectorUrl, GeneratorUrl
from console.demo import Panel, Staging
from console.quality_control import Site, control_simulated, control_unit
from console.settings import read_settings
from console.telling import Telling


def qc(
    detector: DetectorUrl = "",
    generator: GeneratorUrl = "",
    out: Annotated[Path, typer.Option(help="folder for the JSON and the PDF")] = Path("out/qc"),
    kerma_ugy: Annotated[
        float | None,
        typer.Option(help="air kerma in uGy that a dosimeter measured, as the command asks for it"),
    ] = None,
    seed: Annotated[int, typer.Option(help="of the simulated panel", min=0)] = 1,
    panel: Annotated[Panel, typer.Option(help="which simulated panel")] = Panel.FULL,
    *,
    simulated: Annotated[bool, typer.Option(help="with a simulated device of its own")] = False,
) -> None:
    """Measure a detector's sharpness, noise, DQE, uniformity, lag and defects; keep the series."""
    site = Site(read_settings(), Telling(), out.resolve())
    if simulated:
        _refuse_what_is_not_for_a_simulation(detector, generator, kerma_ugy)
        typer.echo(control_simulated(site, Staging(panel, seed, "empty")))
        return
    if not (detector and generator):
        raise typer.BadParameter("name both devices, or use --simulated", param_hint="--detector")
    typer.echo(control_unit(site, Addresses(detector, generator), kerma_ugy, STOPPING))


def _refuse_what_is_not_for_a_simulation(
    detector: str, generator: str, kerma_ugy: float | None
) -> None:
    if detector or generator:
        why = "it brings a unit of its own; leave out --detector and --generator"
        raise typer.BadParameter(why, param_hint="--simulated")
    if kerma_ugy is not None:
        why = "no dosimeter measures a simulated beam, whose kerma is computed; leave it out"
        raise typer.BadParameter(why, param_hint="--kerma-ugy with --simulated")
