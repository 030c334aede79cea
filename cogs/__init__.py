"""The slash commands: defer, call one service, render the answer."""
