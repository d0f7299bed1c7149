"""The world this process is in; importing it puts the world's variables into the environment, for the settings."""

import os

from waystation.demo.world import World

WORLD = World.of(os.environ).enter()
