"""kb: what the languages of an article share; versions with a state; shelves, files, questions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None

SHELVES = """INSERT INTO kb_category (code, names, position) VALUES
    ('billing', '{"en": "Bills", "es": "Facturas", "pt": "Faturas"}', 1),
    ('payments', '{"en": "Payments and top-ups", "es": "Pagos y recargas", "pt": "Pagamentos e recargas"}', 2),
    ('plans', '{"en": "Plans and add-ons", "es": "Planes y paquetes", "pt": "Planos e pacotes"}', 3),
    ('data', '{"en": "Data and roaming", "es": "Datos y roaming", "pt": "Dados e roaming"}', 4),
    ('calls', '{"en": "Calls and voicemail", "es": "Llamadas y buzón de voz", "pt": "Chamadas e caixa postal"}', 5),
    ('sim', '{"en": "SIM and number", "es": "SIM y número", "pt": "Chip e número"}', 6),
    ('home', '{"en": "Internet and TV at home", "es": "Internet y TV en casa", "pt": "Internet e TV em casa"}', 7),
    ('account', '{"en": "Your account", "es": "Tu cuenta", "pt": "Sua conta"}', 8),
    ('procedures', '{"en": "Procedures for staff", "es": "Procedimientos internos", "pt": "Procedimentos internos"}', 9)"""


def _put_old_articles_aside() -> None:
    op.execute("CREATE TEMP TABLE old_article ON COMMIT DROP AS SELECT * FROM article")
    op.execute("CREATE TEMP TABLE old_version ON COMMIT DROP AS SELECT * FROM article_version")
    op.drop_table("article_version")
    op.drop_table("article")


def _bring_old_articles_in() -> None:
    """The languages of a slug become one article, in English first where it was written so.

    The index is emptied; `flask kb reindex` fills it again.
    """
    op.execute("""
    INSERT INTO article (id, slug, category, audience, markets, source_language, created_at)
    SELECT DISTINCT ON (slug) id, slug, category, audience, '[]', language, updated_at
    FROM old_article ORDER BY slug, language = 'en' DESC, language
    """)
    op.execute("""
    INSERT INTO article_translation (id, article_id, language, number, translated_from,
        helpful, unhelpful, used, published_at, updated_at)
    SELECT old.id, article.id, old.language, old.version,
        CASE WHEN old.language = article.source_language THEN 0 ELSE source.version END,
        old.helpful, old.unhelpful, 0, old.published_at, old.updated_at
    FROM old_article AS old JOIN article USING (slug)
    JOIN old_article AS source ON source.id = article.id
    """)
    op.execute("""
    INSERT INTO article_version (id, translation_id, number, state, title, summary, body,
        search_words, saved_at, saved_by)
    SELECT version.id, old.id, version.number,
        CASE WHEN version.number < old.version THEN 'archived'
             WHEN old.published_at IS NULL THEN 'draft' ELSE 'published' END,
        version.title, old.summary, version.body, old.search_words,
        version.saved_at, version.saved_by
    FROM old_version AS version JOIN old_article AS old ON old.id = version.article_id
    """)


def upgrade() -> None:
    op.create_table('article_search',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('place', sa.Enum('help', 'widget', 'bot', 'desk', name='place', native_enum=False, length=32), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('market', sa.Text(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('gist', sa.Text(), nullable=False),
    sa.Column('found', sa.Integer(), nullable=False),
    sa.Column('opened', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_article_search'))
    )
    op.create_index('ix_article_search_at', 'article_search', ['at'], unique=False)
    op.create_table('kb_category',
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('parent_code', sa.Text(), nullable=True),
    sa.Column('names', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['parent_code'], ['kb_category.code'], name=op.f('fk_kb_category_parent_code')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_kb_category'))
    )
    op.execute(SHELVES)
    op.create_table('search_synonyms',
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('groups', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('language', name=op.f('pk_search_synonyms'))
    )
    _put_old_articles_aside()
    op.create_table('article',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('slug', sa.Text(), nullable=False),
    sa.Column('category', sa.Text(), nullable=False),
    sa.Column('audience', sa.Enum('public', 'customers', 'staff', name='audience', native_enum=False, length=32), nullable=False),
    sa.Column('markets', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('source_language', sa.Text(), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('review_on', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['category'], ['kb_category.code'], name=op.f('fk_article_category')),
    sa.ForeignKeyConstraint(['owner_id'], ['staff.id'], name=op.f('fk_article_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_article')),
    sa.UniqueConstraint('slug', name=op.f('uq_article_slug'))
    )
    op.create_index(op.f('ix_article_category'), 'article', ['category'], unique=False)
    op.create_index('ix_article_review_on', 'article', ['review_on'], unique=False)
    op.create_table('article_file',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('article_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('stored_as', sa.Text(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_article_file_article_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_article_file'))
    )
    op.create_index(op.f('ix_article_file_article_id'), 'article_file', ['article_id'], unique=False)
    op.create_table('article_translation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('article_id', sa.Uuid(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('translated_from', sa.Integer(), nullable=False),
    sa.Column('helpful', sa.Integer(), nullable=False),
    sa.Column('unhelpful', sa.Integer(), nullable=False),
    sa.Column('used', sa.Integer(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_article_translation_article_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_article_translation')),
    sa.UniqueConstraint('article_id', 'language', name=op.f('uq_article_translation_article_id_language'))
    )
    op.create_table('article_use',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('article_id', sa.Uuid(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('conversation_id', sa.Uuid(), nullable=False),
    sa.Column('staff_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_article_use_article_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_article_use')),
    sa.UniqueConstraint('article_id', 'conversation_id', name=op.f('uq_article_use_article_id_conversation_id'))
    )
    op.create_index('ix_article_use_conversation_id', 'article_use', ['conversation_id'], unique=False)
    op.create_table('article_version',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('translation_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'published', 'archived', name='state', native_enum=False, length=32), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('search_words', sa.Text(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('saved_by', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['translation_id'], ['article_translation.id'], name=op.f('fk_article_version_translation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_article_version')),
    sa.UniqueConstraint('translation_id', 'number', name=op.f('uq_article_version_translation_id_number'))
    )
    op.create_index('uq_article_version_draft', 'article_version', ['translation_id'], unique=True, postgresql_where=sa.text("state = 'draft'"))
    op.create_index('uq_article_version_published', 'article_version', ['translation_id'], unique=True, postgresql_where=sa.text("state = 'published'"))
    _bring_old_articles_in()
    op.execute("DELETE FROM search_entry")
    op.add_column('search_entry', sa.Column('audience', sa.Text(), nullable=False))
    op.add_column('search_entry', sa.Column('markets', postgresql.JSONB(astext_type=sa.Text()), nullable=False))
    op.drop_column('search_entry', 'for_staff')


def downgrade() -> None:
    """What is shown now, or else the latest version, is what an article was; drafts are lost."""
    op.execute("""
    CREATE TEMP TABLE new_article ON COMMIT DROP AS
    SELECT DISTINCT ON (translation.id) translation.id, slug, language, category,
        CASE WHEN audience = 'public' THEN 'public' ELSE 'staff' END AS audience,
        title, summary, body, search_words, version.number AS version, helpful, unhelpful,
        CASE WHEN state = 'published' THEN published_at END AS published_at, updated_at
    FROM article JOIN article_translation AS translation ON translation.article_id = article.id
    JOIN article_version AS version ON version.translation_id = translation.id
    ORDER BY translation.id, state = 'published' DESC, version.number DESC
    """)
    op.execute("""
    CREATE TEMP TABLE new_version ON COMMIT DROP AS
    SELECT id, translation_id AS article_id, number, title, body, saved_at, saved_by
    FROM article_version
    """)
    op.drop_table('article_version')
    op.drop_table('article_use')
    op.drop_table('article_translation')
    op.drop_table('article_file')
    op.drop_table('article')
    op.drop_table('search_synonyms')
    op.drop_table('kb_category')
    op.drop_table('article_search')
    op.create_table(
        "article",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column(
            "audience",
            sa.Enum("public", "staff", name="audience", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("search_words", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("helpful", sa.Integer(), nullable=False),
        sa.Column("unhelpful", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("slug", "language", name=op.f("uq_article_slug_language")),
    )
    op.create_index("ix_article_category", "article", ["category", "language"], unique=False)
    op.create_table(
        "article_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_article_version_article_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_version")),
        sa.UniqueConstraint(
            "article_id", "number", name=op.f("uq_article_version_article_id_number")
        ),
    )
    op.execute("INSERT INTO article SELECT * FROM new_article")
    op.execute("INSERT INTO article_version SELECT * FROM new_version")
    op.execute("DELETE FROM search_entry")
    op.add_column("search_entry", sa.Column("for_staff", sa.Boolean(), nullable=False))
    op.drop_column("search_entry", "markets")
    op.drop_column("search_entry", "audience")
