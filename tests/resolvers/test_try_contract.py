import time
from tests.specimens import Specimens
def test_it(world):
    t=time.time()
    s=Specimens(world)
    for e in world.catalog.records:
        for i, v in enumerate(s.variants(e)):
            missing=[c.name for c in e.columns if c.name not in v.makers]
            print(e.name, i, missing[5:] if len(missing)>5 else '')
            try:
                s.create(e, world.alice, v)
                s.create(e, world.alice, v)
                s.create(e, world.alice, v, full=False)
            except AssertionError as x:
                print("   FAIL", str(x)[-300:])
    print(time.time()-t)
