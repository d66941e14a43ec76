"""Taking money: what is kept before a call to the gateway, the call, and what is kept after."""
