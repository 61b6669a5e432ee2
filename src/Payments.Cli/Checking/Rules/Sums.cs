using System.Runtime.InteropServices;

namespace Payments.Cli.Checking.Rules;

/// <summary>Amounts added up by owner and currency. Sums of many payments may exceed 64 bits.</summary>
internal sealed class Sums
{
    private readonly Dictionary<(string Owner, string Currency), Int128> _sums = [];

    public IEnumerable<(string Owner, string Currency)> Keys => _sums.Keys;

    public Int128 this[(string Owner, string Currency) key] => _sums.GetValueOrDefault(key);

    public void Add(string owner, string currency, Int128 amount)
    {
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(_sums, (owner, currency), out _);
        sum += amount;
    }
}
