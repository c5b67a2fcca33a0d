"""Reads a trace with Perfetto's own schema (the PyPI package perfetto) and prints what it holds as JSON.

A field that the schema does not have, or has under another type, is an error.
"""

import json
import sys

from google.protobuf.unknown_fields import UnknownFieldSet
from perfetto.protos.perfetto.trace import perfetto_trace_pb2 as perfetto


def refuse_unknown(message):
    if len(UnknownFieldSet(message)) > 0:
        sys.exit(f"{message.DESCRIPTOR.name} has fields that the schema has not")
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        for child in [value] if hasattr(value, "DESCRIPTOR") else value:
            refuse_unknown(child)


trace = perfetto.Trace()
with open(sys.argv[1], "rb") as file:
    trace.ParseFromString(file.read())
refuse_unknown(trace)
events = [packet.track_event for packet in trace.packet if packet.HasField("track_event")]
tracks = [packet.track_descriptor for packet in trace.packet if packet.HasField("track_descriptor")]
name = perfetto.TrackEvent.Type.Name
print(
    json.dumps(
        {
            "packets": len(trace.packet),
            "tracks": [track.name for track in tracks],
            "begins": sum(name(event.type) == "TYPE_SLICE_BEGIN" for event in events),
            "ends": sum(name(event.type) == "TYPE_SLICE_END" for event in events),
            "markers": [event.name for event in events if name(event.type) == "TYPE_INSTANT"],
        }
    )
)
