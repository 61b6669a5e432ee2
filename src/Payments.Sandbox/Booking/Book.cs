using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Payments.Sandbox.Notifying;

namespace Payments.Sandbox.Booking;

/// <summary>
/// All that the emulated PSP knows: intents, refunds, and the answers saved under idempotency keys. One lock guards it
/// all, so what one request does and what is saved under its key happen together.
/// </summary>
internal sealed class Book : IDisposable
{
    private const string IdCharacters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly Journal? _journal;
    private readonly string _seed;
    private readonly List<Intent> _intents = [];
    private readonly Dictionary<(string Account, string Id), Intent> _byId = [];
    private readonly Dictionary<(string Account, string Key), SavedAnswer> _saved = [];
    private readonly Dictionary<(string Account, string Key), string> _inUse = [];
    private readonly HashSet<(string Account, string Key)> _lost = [];
    private readonly NotificationQueue _notifications;
    private long _ids;

    public Book(IOptions<SandboxOptions> options, TimeProvider time, NotificationQueue notifications)
    {
        _time = time;
        _notifications = notifications;
        _journal = options.Value.JournalFile is { Length: > 0 } path ? new Journal(path) : null;
        var lines = _journal?.ReadAll() ?? [];
        foreach (var line in lines)
            Restore(line);
        var delivered = lines.Select(l => l.Delivered).ToHashSet();
        _notifications.Add(lines.SelectMany(l => l.Notifications ?? []).Where(n => !delivered.Contains(n.Id)));
        _seed = lines.Select(l => l.Seed).FirstOrDefault(s => s is not null)
            ?? options.Value.Seed
            ?? time.GetUtcNow().UtcTicks.ToString() + Environment.ProcessId;
        if (lines.Count == 0)
            _journal?.Append(new JournalLine(Seed: _seed));
    }

    /// <summary>Runs a request that is the first under its key. While it runs, its key is in use.</summary>
    /// <param name="request">By what it is known.</param>
    /// <param name="first">Does it, and may save its answer by <see cref="Execute{T}"/>.</param>
    /// <param name="again">
    /// Answers any other request under the key: with what was saved, or, where that is null, with a refusal.
    /// </param>
    public async Task OnceAsync(RequestKey request, Func<Task> first, Func<KeyState, SavedAnswer?, Task> again)
    {
        if (request.Key is not { } key)
        {
            await first();
            return;
        }

        var (state, saved) = Begin(request, key);
        if (state != KeyState.Started)
        {
            await again(state, saved);
            return;
        }

        try
        {
            await first();
        }
        finally
        {
            lock (_lock)
                _inUse.Remove((request.Account, key));
        }
    }

    /// <summary>Does a request's work and saves its answer, as one.</summary>
    public T Execute<T>(Func<T> work, Func<T, JournalLine> changes)
    {
        lock (_lock)
        {
            var result = work();
            var line = changes(result);
            if (line.Answer is { } answer)
            {
                _saved[(answer.Account, answer.Key)] = answer;
                _inUse.Remove((answer.Account, answer.Key));
            }

            if (line.Intent is not null || line.Answer is not null || line.Notifications is { Count: > 0 })
                _journal?.Append(line);
            _notifications.Add(line.Notifications ?? []);
            return result;
        }
    }

    /// <summary>A notification was taken: a restart does not send it again.</summary>
    public void Deliver(string notificationId)
    {
        lock (_lock)
            _journal?.Append(new JournalLine(Delivered: notificationId));
    }

    /// <summary>Reads under the lock.</summary>
    public T Read<T>(Func<T> read)
    {
        lock (_lock)
            return read();
    }

    /// <summary>Within <see cref="Execute{T}"/> only.</summary>
    public void Add(Intent intent)
    {
        _intents.Add(intent);
        _byId.Add((intent.Account, intent.Id), intent);
    }

    /// <summary>Within <see cref="Read{T}"/> or <see cref="Execute{T}"/> only.</summary>
    public Intent? Find(string account, string id) => _byId.GetValueOrDefault((account, id));

    /// <summary>
    /// In order of creation, of all accounts. Within <see cref="Read{T}"/> or <see cref="Execute{T}"/> only.
    /// </summary>
    public IReadOnlyList<Intent> Intents => _intents;

    /// <summary>Of one account. Within <see cref="Read{T}"/> or <see cref="Execute{T}"/> only.</summary>
    public IEnumerable<Intent> NewestFirst(string account)
    {
        for (var i = _intents.Count - 1; i >= 0; i--)
        {
            if (_intents[i].Account == account)
                yield return _intents[i];
        }
    }

    public long NextSequence => _intents.Count + 1;

    /// <summary>
    /// Unique, and the same for the same seed and the same requests. Within <see cref="Execute{T}"/> only.
    /// </summary>
    public string NewId(string prefix)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{_seed}|{_ids++}"));
        return prefix + "_" + string.Concat(hash.Take(24).Select(b => IdCharacters[b % IdCharacters.Length]));
    }

    /// <summary>Whether this key meets its loss for the first time.</summary>
    public bool IsFirstLoss(string account, string? key)
    {
        lock (_lock)
            return key is null || _lost.Add((account, key));
    }

    public long UnixNow() => _time.GetUtcNow().ToUnixTimeSeconds();

    public void Dispose() => _journal?.Dispose();

    private (KeyState State, SavedAnswer? Answer) Begin(RequestKey request, string key)
    {
        lock (_lock)
        {
            var scoped = (request.Account, key);
            if (_inUse.TryGetValue(scoped, out var running))
                return (running == request.Fingerprint ? KeyState.InUse : KeyState.OtherRequest, null);
            if (_saved.TryGetValue(scoped, out var saved) && _time.GetUtcNow() - saved.SavedAt < request.Lifetime)
                return saved.Fingerprint == request.Fingerprint ? (KeyState.Saved, saved) : (KeyState.OtherRequest, null);
            _inUse[scoped] = request.Fingerprint;
            return (KeyState.Started, null);
        }
    }

    private void Restore(JournalLine line)
    {
        if (line.Answer is { } answer)
            _saved[(answer.Account, answer.Key)] = answer;
        // Every line may have made up to three ids; skipping some is harmless, repeating one is not.
        if (line.Intent is not null || line.Notifications is not null)
            _ids += 3;
        if (line.Intent is not { } intent)
            return;
        if (!_byId.ContainsKey((intent.Account, intent.Id)))
            Add(intent);
        else
            Replace(intent);
    }

    private void Replace(Intent intent)
    {
        _byId[(intent.Account, intent.Id)] = intent;
        _intents[(int)(intent.Sequence - 1)] = intent;
    }
}
