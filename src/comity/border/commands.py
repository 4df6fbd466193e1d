"""`comity border`: what moves along the line, and the warnings that cross it."""

from __future__ import annotations

import typer

from comity.border.alerts import commands as alerts
from comity.border.cap import commands as cap
from comity.border.events import commands as events
from comity.border.feeds import commands as feeds
from comity.border.fusion import commands as fusion
from comity.border.health import commands as health
from comity.border.live import commands as live
from comity.border.live import registration_commands as registration
from comity.border.patrols import commands as patrols
from comity.border.picture import commands as picture
from comity.border.remoteid import commands as remoteid
from comity.border.retention import commands as retention
from comity.border.river import commands as river
from comity.border.scaleout import commands as scaleout
from comity.border.sector import commands as sector
from comity.border.sensors import commands as sensors
from comity.border.series import commands as series
from comity.border.warning import commands as warning

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="One picture of the border: gauges, health counts, warnings.",
)


@app.callback()
def border() -> None:
    """One picture of the border: gauges, health counts, warnings."""


app.add_typer(river.app)
app.add_typer(health.app)
app.add_typer(cap.app)
app.add_typer(remoteid.app)
app.add_typer(series.app)
app.add_typer(warning.app)
app.add_typer(alerts.app)
app.add_typer(events.app)
app.add_typer(patrols.app)
app.add_typer(sector.app)
app.add_typer(sector.zones)
sensors.app.command()(registration.bias)
sensors.app.command()(registration.accept)
sensors.app.command()(registration.withdraw)
app.add_typer(sensors.app)
app.add_typer(feeds.app)
app.add_typer(retention.app)
app.add_typer(fusion.app)
app.add_typer(scaleout.app)
app.command()(live.watch)
app.add_typer(picture.app)
app.command()(picture.picture)
app.command()(sensors.seal)
app.command()(sensors.batches)
app.command()(sensors.replay)
