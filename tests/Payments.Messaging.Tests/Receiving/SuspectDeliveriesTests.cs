using Microsoft.Extensions.Logging.Abstractions;
using Payments.Messaging.Tests.Sending;
using Payments.Testing;
using RabbitMQ.Client;

namespace Payments.Messaging.Tests.Receiving;

public sealed class SuspectDeliveriesTests
{
    private static readonly TimeSpan Assembled = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Acknowledged = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly ManualTime _time = new();
    private readonly List<string> _begun = [];
    private readonly Dictionary<string, TaskCompletionSource> _works = [];
    private readonly SuspectDeliveries _suspects;

    public SuspectDeliveriesTests() => _suspects = new SuspectDeliveries(_time, NullLogger.Instance);

    [Theory]
    [InlineData(null, 0)]
    [InlineData(2L, 0)]
    [InlineData(3L, 3)]
    [InlineData(49L, 49)]
    public void A_delivery_is_suspect_when_it_came_back_three_times(long? header, long count) =>
        SuspectDeliveries.CountOf(new BasicProperties
        {
            Headers = header is { } times ? new Dictionary<string, object?> { ["x-delivery-count"] = times } : null,
        }).ShouldBe(count);

    [Fact]
    public async Task They_are_worked_on_one_at_a_time_when_all_are_there()
    {
        Add(3, "a", "b");
        _begun.ShouldBeEmpty("others may still come");

        _time.Advance(Assembled);
        await Begun("a");
        _works["a"].SetResult();
        Order().ShouldBe(["a"], "its acknowledgement is to be said first");
        _time.Advance(Acknowledged);
        await Begun("a", "b");
        _works["b"].SetResult();
    }

    [Theory]
    [InlineData(3, "a b c")]
    [InlineData(4, "c b a")]
    public async Task The_order_is_another_one_each_time(long count, string order)
    {
        Add(count, "b", "a", "c");
        // One that came back less often does not decide.
        Add(count - 1, "d");
        _works["d"].SetResult();
        foreach (var work in _works.Values.SkipLast(1))
            work.SetResult();
        _time.Advance(Assembled);

        await Eventually.Async("all to be done", Deadline, () => Done(4));
        Order().Where(name => name != "d").ShouldBe(order.Split(' '));
    }

    [Fact]
    public async Task In_the_end_chance_decides_who_is_first()
    {
        var first = new HashSet<string>();
        await Eventually.Async("each to have been the first once", Deadline, async () =>
        {
            var test = new SuspectDeliveriesTests();
            test.Add(5, "a", "b", "c");
            foreach (var work in test._works.Values)
                work.SetResult();
            test._time.Advance(Assembled);
            await Eventually.Async("all to be done", Deadline, () => test.Done(3));
            first.Add(test.Order()[0]);
            return first.Count == 3;
        });
    }

    [Fact]
    public async Task None_is_begun_when_the_channel_is_gone()
    {
        Add(3, "a", "b");
        _time.Advance(Assembled);
        await Begun("a");
        _suspects.Close();
        Add(3, "c");

        _works["a"].SetResult();
        _time.Advance(Assembled);
        Order().ShouldBe(["a"]);
    }

    private void Add(long count, params string[] names)
    {
        foreach (var name in names)
        {
            // What follows its end has begun when SetResult returns.
            var work = new TaskCompletionSource();
            _works.Add(name, work);
            _suspects.Add(name, count, () =>
            {
                lock (_begun)
                    _begun.Add(name);
                return work.Task;
            });
        }
    }

    private Task Begun(params string[] names) =>
        Eventually.Async($"{string.Join(", ", names)} to have begun", Deadline, () => Order().SequenceEqual(names));

    private bool Done(int count)
    {
        _time.Advance(Acknowledged);
        return Order().Length == count;
    }

    private string[] Order()
    {
        lock (_begun)
            return [.. _begun];
    }
}
