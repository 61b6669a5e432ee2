using System.Diagnostics;
using System.Threading.Channels;

namespace Payments.Messaging;

/// <summary>
/// Gathers what arrives while it is busy, and works on it together: one group after the other, in order of arrival. The
/// busier, the larger the groups. A group that fails is halved until the member that fails is alone: only it is harmed.
/// </summary>
/// <param name="options">How large, and how long to wait for more.</param>
/// <param name="time">For the end.</param>
/// <param name="work">Repeatable; false when somebody else was first. What it did is undone then, and when it throws.</param>
internal sealed class Gathering(GroupOptions options, TimeProvider time, Func<ArraySegment<Member>, Task<bool>> work)
{
    /// <summary>
    /// Beside the time that the bus has waited for its deliveries before: whoever stops a process kills it after 30 s. What is
    /// left was not acknowledged, and comes again.
    /// </summary>
    public static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(5);

    private readonly Channel<Member> _waiting =
        Channel.CreateUnbounded<Member>(new UnboundedChannelOptions { SingleReader = true });

    private readonly Lock _starting = new();
    private Task? _loop;

    public void Add(Member member)
    {
        if (_loop is null)
            Start();
        var taken = _waiting.Writer.TryWrite(member);
        ObjectDisposedException.ThrowIf(!taken, this);
    }

    /// <summary>Takes nothing more and finishes what it has. False when that takes too long: then it goes on.</summary>
    public async ValueTask<bool> Finish()
    {
        _waiting.Writer.TryComplete();
        if (_loop is not { } loop)
            return true;
        await Task.WhenAny(loop, Task.Delay(LongestFarewell, time));
        return loop.IsCompleted;
    }

    private void Start()
    {
        // Not under the trace and the log scopes of whoever is first.
        using (ExecutionContext.SuppressFlow())
        {
            lock (_starting)
                _loop ??= Task.Run(WorkOnAll);
        }
    }

    private async Task WorkOnAll()
    {
        var group = new Member[options.Most];
        var linger = options.Linger;
        while (await _waiting.Reader.WaitToReadAsync())
        {
            var count = Take(group, 0);
            if (count < group.Length && linger > TimeSpan.Zero)
            {
                await Task.Delay(linger);
                count = Take(group, count);
            }

            var started = Stopwatch.GetTimestamp();
            await WorkOn(new ArraySegment<Member>(group, 0, count));
            Array.Clear(group, 0, count);
            linger = count > 1 ? LongerBy(Stopwatch.GetElapsedTime(started)) : options.Linger;
        }
    }

    /// <summary>
    /// The dearer the last group, the longer the next one waits: under load, work is done for many at once. A member that was
    /// alone says that waiting brings nothing.
    /// </summary>
    private TimeSpan LongerBy(TimeSpan work)
    {
        var linger = work * options.Patience;
        return linger < options.Linger ? options.Linger : linger < options.LongestLinger ? linger : options.LongestLinger;
    }

    private async Task WorkOn(ArraySegment<Member> group)
    {
        try
        {
            if (await work(group))
            {
                foreach (var member in group)
                    member.Complete();
                return;
            }
        }
        catch (Exception exception) when (group.Count == 1)
        {
            group[0].Fail(exception);
            return;
        }
        catch (Exception)
        {
            // One of them is to blame. It will be alone further down, and is told there.
        }

        if (group.Count == 1)
        {
            group[0].Clash();
            return;
        }

        var half = group.Count / 2;
        await WorkOn(group[..half]);
        await WorkOn(group[half..]);
    }

    private int Take(Member[] group, int count)
    {
        while (count < group.Length && _waiting.Reader.TryRead(out var member))
            group[count++] = member;
        return count;
    }
}
