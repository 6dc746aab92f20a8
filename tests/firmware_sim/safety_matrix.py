"""What host, operator and door do to a watched unit in the safety matrices of both generators."""

INTERLOCKS = ((), ("door",), ("generator",), ("door", "generator"))
ACTIONS = ("nothing", "release", "open the door", "silence", "disarm", "give back", "power cycle")


def switch_on_anew(bench, rested_s):
    """Make the unit as if it had just been switched on, so long after its last exposure."""
    bench.unit.clear_faults()
    bench.unit.close_door()
    bench.unit.press_hand_switch(0)
    bench.unit.step(rested_s)
    bench.unit.power_cycle()
    bench.host.monitor.reset()
    bench.host.monitor.main_timer_works = bench.host_lives = True
    bench.host.connect()
    bench.unit.exposures.clear()


def arm(bench):
    writes = {"privilege": 1, "heartbeat": 1, "TriggerMode": 1, "AcquisitionStart": 1}
    for name, value in {**writes, "ExposureNonce": 7, "ExposureArm": 1}.items():
        bench.host.write(name, value)


def open_interlocks(bench, interlocks):
    if "door" in interlocks:
        bench.unit.open_door()
    if "generator" in interlocks:
        bench.unit.inject_fault("generator-fault")


def do(bench, action):
    if action == "release":
        bench.unit.press_hand_switch(0)
    elif action == "open the door":
        bench.unit.open_door()
    elif action == "silence":
        bench.host_lives = False
    elif action == "disarm":
        bench.host.write("ExposureArm", 0)
    elif action == "give back":
        bench.host.write("privilege", 0)
    elif action == "power cycle":
        bench.unit.power_cycle()
