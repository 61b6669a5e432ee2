using Microsoft.Extensions.Options;

namespace Payments.Sandbox.Faults;

/// <summary>The faults that were ordered, in force until they are cleared or used up. In memory: a restart clears them.</summary>
internal sealed class FaultRules(IOptions<SandboxOptions> options, TimeProvider time)
{
    private const double WindowSeconds = 30;

    private readonly Lock _lock = new();
    private readonly List<(FaultRule Rule, Random Random)> _rules = [];
    private readonly Dictionary<string, (DateTimeOffset Until, int? RetryAfterSeconds)> _windows = [];
    private int _last;

    public IReadOnlyList<FaultRule> All
    {
        get
        {
            lock (_lock)
                return [.. _rules.Select(r => r.Rule)];
        }
    }

    public FaultRule Add(FaultOrder order)
    {
        lock (_lock)
        {
            var seed = order.Seed ?? Random.Shared.Next();
            var rule = new FaultRule(
                ++_last,
                order.Fault!.Value,
                order.Account,
                order.Psp,
                order.Token,
                order.Probability,
                seed,
                order.Count ?? (order is { Fault: FaultKind.Maintenance, Probability: 1 } ? 1 : null),
                order.Seconds ?? DefaultSeconds(order.Fault.Value),
                order.RetryAfterSeconds,
                Happened: 0);
            _rules.Add((rule, new Random(seed)));
            return rule;
        }
    }

    /// <summary>Takes back those that the predicate names, and with a window's order the window. Returns how many.</summary>
    public int Clear(Predicate<FaultRule> which)
    {
        lock (_lock)
        {
            var cleared = _rules.RemoveAll(r => which(r.Rule));
            if (!_rules.Exists(r => r.Rule.Fault == FaultKind.Maintenance))
                _windows.Clear();
            return cleared;
        }
    }

    /// <summary>Whether anything may go wrong with a request to the account.</summary>
    public bool Concern(string account)
    {
        lock (_lock)
            return _rules.Exists(r => Concerns(r.Rule, account)) || _windows.ContainsKey(account);
    }

    /// <summary>The fault that a request meets, drawn and counted; null for none. The first order that says so decides.</summary>
    /// <param name="account">Whose request it is.</param>
    /// <param name="isAbout">Whether it is about a payment made with a token.</param>
    /// <param name="may">Which faults it can meet.</param>
    public MetFault? Meet(string account, Func<string, bool> isAbout, Predicate<FaultKind> may)
    {
        lock (_lock)
        {
            if (may(FaultKind.Maintenance) && WindowOf(account) is { } window)
                return window;
            for (var i = 0; i < _rules.Count; i++)
            {
                var (rule, random) = _rules[i];
                if (!may(rule.Fault) || rule.Left == 0 || !Concerns(rule, account)
                    || (rule.Token is { } token && !isAbout(token))
                    || random.NextDouble() >= rule.Probability)
                {
                    continue;
                }

                _rules[i] = (rule with { Left = rule.Left - 1, Happened = rule.Happened + 1 }, random);
                var met = new MetFault(
                    rule.Fault, TimeSpan.FromSeconds(rule.Seconds ?? 0), rule.RetryAfterSeconds ?? RetryAfter(rule.Fault));
                if (rule.Fault != FaultKind.Maintenance)
                    return met;
                _windows[account] = (time.GetUtcNow() + met.Time, rule.RetryAfterSeconds);
                return WindowOf(account) ?? met;
            }

            return null;
        }
    }

    private MetFault? WindowOf(string account)
    {
        if (!_windows.TryGetValue(account, out var window))
            return null;
        var left = window.Until - time.GetUtcNow();
        if (left > TimeSpan.Zero)
            return new MetFault(FaultKind.Maintenance, left, window.RetryAfterSeconds ?? (int)Math.Ceiling(left.TotalSeconds));
        _windows.Remove(account);
        return null;
    }

    private bool Concerns(FaultRule rule, string account) =>
        (rule.Account ?? account) == account && (rule.Psp is null || rule.Psp == options.Value.PspOf(account));

    private double? DefaultSeconds(FaultKind fault) => fault switch
    {
        FaultKind.SlowStart or FaultKind.SlowBody => options.Value.StalledSeconds,
        FaultKind.LateSuccess => options.Value.SlowSeconds,
        FaultKind.Maintenance => WindowSeconds,
        _ => null,
    };

    private static int? RetryAfter(FaultKind fault) => fault == FaultKind.RateLimit ? 1 : null;
}
