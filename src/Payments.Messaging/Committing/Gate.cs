using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Payments.Messaging;

/// <summary>The key of work that is serialised by something else than its payment.</summary>
public static class GateKey
{
    public static Guid Of(string text) => new(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16), bigEndian: true);
}

/// <summary>Serialises the work of one key within this process: the payment, or what else is changed. Strangers never wait.</summary>
internal sealed class Gate
{
    private readonly ConcurrentDictionary<Guid, Turnstile> _turnstiles = new();

    /// <summary>Waits for the key's turn; disposing the result gives it on.</summary>
    public async ValueTask<IDisposable> Enter(Guid key)
    {
        while (true)
        {
            var turnstile = _turnstiles.GetOrAdd(key, static _ => new Turnstile());
            if (!turnstile.TryJoin())
                continue;

            await turnstile.Turn.WaitAsync(CancellationToken.None);
            return new Passage(this, key, turnstile);
        }
    }

    private void Leave(Guid key, Turnstile turnstile)
    {
        turnstile.Turn.Release();
        if (turnstile.LeaveAndRetire())
            _turnstiles.TryRemove(new KeyValuePair<Guid, Turnstile>(key, turnstile));
    }

    private sealed class Turnstile
    {
        private int _members;

        public SemaphoreSlim Turn { get; } = new(1, 1);

        /// <summary>False when the turnstile is being removed: take a new one.</summary>
        public bool TryJoin()
        {
            lock (Turn)
            {
                if (_members < 0)
                    return false;
                _members++;
                return true;
            }
        }

        public bool LeaveAndRetire()
        {
            lock (Turn)
            {
                if (--_members > 0)
                    return false;
                _members = -1;
                return true;
            }
        }
    }

    private sealed class Passage(Gate gate, Guid key, Turnstile turnstile) : IDisposable
    {
        public void Dispose() => gate.Leave(key, turnstile);
    }
}
