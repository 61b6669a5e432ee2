namespace Payments.Messaging.Tests.Receiving;

public sealed class SettledDeliveriesTests
{
    private readonly SettledDeliveries _settled = new();

    [Fact]
    public void What_is_settled_in_order_is_one_frame()
    {
        Settle(1, 2, 3);
        AssertTaken(upTo: 3);
        Assert.True(_settled.IsEmpty);
    }

    [Fact]
    public void The_order_within_a_round_does_not_matter()
    {
        Settle(3, 1, 2);
        AssertTaken(upTo: 3);
    }

    [Fact]
    public void What_is_settled_above_an_open_delivery_waits_a_round_and_goes_by_itself()
    {
        Settle(1, 3, 4);
        AssertTaken(upTo: 1);
        Assert.False(_settled.IsEmpty);
        AssertTaken(upTo: 0, 3, 4);
        Assert.True(_settled.IsEmpty);
    }

    [Fact]
    public void What_waited_goes_with_the_others_when_the_gap_closes()
    {
        Settle(1, 3);
        AssertTaken(upTo: 1);
        Settle(2);
        AssertTaken(upTo: 3);
    }

    [Fact]
    public void A_frame_names_a_delivery_that_the_broker_still_waits_for()
    {
        Settle(2);
        AssertTaken(upTo: 0);
        AssertTaken(upTo: 0, 2);
        Settle(1);
        // Not 2, though it is below the lowest open one: the broker knows it no more.
        AssertTaken(upTo: 1);
    }

    [Fact]
    public void A_refused_delivery_is_no_gap()
    {
        _settled.Close(1);
        Settle(2);
        AssertTaken(upTo: 2);
    }

    /// <summary>Against a broker in miniature, which knows what is in flight and refuses what it does not know.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Nothing_open_is_ever_covered_and_nothing_settled_is_left(int seed)
    {
        var random = new Random(seed);
        var working = new List<ulong>();
        var unacknowledged = new SortedSet<ulong>();
        var settled = new HashSet<ulong>();
        var delivered = 0UL;
        for (var step = 0; step < 5000; step++)
        {
            switch (random.Next(10))
            {
                case < 4 when working.Count < 50:
                    working.Add(++delivered);
                    unacknowledged.Add(delivered);
                    break;
                case < 8 when working.Count > 0:
                    var index = random.Next(Math.Min(working.Count, 12));
                    var tag = working[index];
                    working.RemoveAt(index);
                    if (random.Next(20) == 0)
                    {
                        unacknowledged.Remove(tag);
                        _settled.Close(tag);
                    }
                    else
                    {
                        settled.Add(tag);
                        _settled.Add(tag);
                    }

                    break;
                case 9:
                    Carry(_settled.Take());
                    break;
            }
        }

        foreach (var tag in working)
            _settled.Add(tag);
        settled.UnionWith(working);
        Carry(_settled.Take());
        Carry(_settled.Take());
        Assert.True(_settled.IsEmpty);
        Assert.Empty(unacknowledged);

        void Carry(Acknowledgements acknowledgements)
        {
            var frames = acknowledgements.Single.Select(s => (Tag: s, Covers: new[] { s }));
            if (acknowledgements.UpTo > 0)
                frames = frames.Prepend((acknowledgements.UpTo, [.. unacknowledged.TakeWhile(u => u <= acknowledgements.UpTo)]));
            foreach (var (tag, covers) in frames)
            {
                Assert.Contains(tag, unacknowledged);
                Assert.All(covers, covered => Assert.Contains(covered, settled));
                unacknowledged.ExceptWith(covers);
            }
        }
    }

    private void Settle(params IEnumerable<ulong> tags)
    {
        foreach (var tag in tags)
            _settled.Add(tag);
    }

    private void AssertTaken(ulong upTo, params ulong[] single)
    {
        var taken = _settled.Take();
        Assert.Equal(upTo, taken.UpTo);
        Assert.Equal(single, taken.Single);
    }
}
