namespace Payments.Sandbox.Faults;

/// <summary>
/// What an operator asks an account to do wrong, as <c>PUT /sandbox/accounts/{account}/faults</c> takes it.
/// </summary>
internal sealed record FaultSettings
{
    /// <summary>The account's own listener is closed: new connections are refused.</summary>
    public bool Refuse { get; init; }

    /// <summary>Answered to the next <see cref="Count"/> requests before anything is done or saved.</summary>
    public int? Status { get; init; }

    public int Count { get; init; }

    /// <summary>So many requests get a 429 before anything is done or saved.</summary>
    public int RateLimited { get; init; }

    /// <summary>Sent with each 429, and with each <see cref="Status"/> answer.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>What goes wrong with the account's webhooks; null for nothing.</summary>
    public WebhookFaults? Webhooks { get; init; }
}

/// <summary>What goes wrong with webhooks that are yet to be sent.</summary>
internal sealed record WebhookFaults
{
    /// <summary>Each is sent so much later, in seconds.</summary>
    public double DelaySeconds { get; init; }

    /// <summary>Each is sent twice.</summary>
    public bool Duplicate { get; init; }

    /// <summary>Every other one is overtaken by the next.</summary>
    public bool Shuffle { get; init; }

    /// <summary>None is sent until this is cleared.</summary>
    public bool Withhold { get; init; }
}

/// <summary>A fault for one request.</summary>
internal sealed record RequestFault(int Status, int? RetryAfterSeconds);

/// <summary>The faults in force, by account.</summary>
internal sealed class AccountFaults
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, FaultSettings> _byAccount = [];

    public FaultSettings this[string account]
    {
        get
        {
            lock (_lock)
                return _byAccount.GetValueOrDefault(account) ?? new FaultSettings();
        }

        set
        {
            lock (_lock)
                _byAccount[account] = value;
        }
    }

    /// <summary>The fault for the next request, counted down; null for none.</summary>
    public RequestFault? Next(string account)
    {
        lock (_lock)
        {
            switch (_byAccount.GetValueOrDefault(account))
            {
                case { RateLimited: > 0 } settings:
                    _byAccount[account] = settings with { RateLimited = settings.RateLimited - 1 };
                    return new RequestFault(429, settings.RetryAfterSeconds);
                case { Status: { } status, Count: > 0 } settings:
                    _byAccount[account] = settings with { Count = settings.Count - 1 };
                    return new RequestFault(status, settings.RetryAfterSeconds);
                default:
                    return null;
            }
        }
    }
}
