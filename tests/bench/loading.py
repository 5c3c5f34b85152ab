"""What the triggers cost."""


async def loading(quick: bool) -> bool:
    return quick
